"""What the manager of one company can do to another one, with every addon of the family."""

from odoo.tests import tagged

from ..addon import test_security_actions


@tagged("post_install", "-at_install")
class TestSecurityActionsOfAll(test_security_actions.TestSecurityActions):
    LEAST_CALLS = 300
