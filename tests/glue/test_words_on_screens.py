"""The whole family says it in one language, and no field of one addon is called like that of another."""

from odoo.tests import TransactionCase, tagged

from ..addon.test_words_on_screens import LabelChecks


@tagged("post_install", "-at_install")
class TestLabelsOfEveryAddon(LabelChecks, TransactionCase):
    pass
