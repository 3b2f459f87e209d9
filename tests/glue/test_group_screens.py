"""What the addons put into our menu opens, for every role, with each filter of its search."""

from ..browser import test_roles as roles


class TestMenu(roles.TestOurMenu):
    ENTRIES = {"screens_own_seller": {"menu_groups"}, "screens_manager": {"menu_discovery", "menu_credit_classes"}}
