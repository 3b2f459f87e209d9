"""No screen of any addon is empty without a way on."""

from ..addon import test_empty_screens as empty_screens


class TestEmptyScreens(empty_screens.TestEmptyScreens):
    pass
