"""A manager in a real browser: a change is tried out, looked at and discarded."""

from odoo.tests import tagged

from ..browser.common import ScreensCase


@tagged("post_install", "-at_install")
class TestPreviewScreens(ScreensCase):
    def test_look_at_who_would_move(self):
        path = f"/odoo/action-customer_segmentation.action_policies/{self.policy.id}"
        self.start_tour(path, "preview_tour", login="screens_manager")
        self.assertFalse(self.policy.draft_ids)
        self.assertEqual(self.policy.window_months, 12)
