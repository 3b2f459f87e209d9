"""The README's pictures, of real purchases: where no folder is named, the pages are opened all the same."""

from odoo.fields import Domain
from odoo.tests import tagged

from .pictures import PicturesMixin
from .real_purchases import RealPurchasesCase

DASHBOARD = "!!document.querySelector('.o_dashboard_cohorts table') && !!document.querySelector('[data-tile=lost]')"
MY_DAY = "!!document.querySelector('.o_desk_row_selected .o_desk_call')"
CONTACT = """(() => {
    const page = document.querySelector(".o_notebook a[name=customer_segmentation]");
    if (page && !page.classList.contains("active")) { page.click(); }
    document.querySelectorAll(".tab-pane.active details").forEach((fold) => (fold.open = true));
    return !!document.querySelector(".tab-pane.active .o_purchase_timeline");
})()"""


@tagged("post_install", "-at_install")
class TestPictures(PicturesMixin, RealPurchasesCase):
    browser_size = "1400x1000"

    def test_dashboard(self):
        self.take_picture("dashboard", "/odoo/segmentation-dashboard", DASHBOARD, login=self.manager.login)

    def test_my_day(self):
        self.take_picture("my_day", "/odoo/my-day", MY_DAY, login=self.sellers[0].login)

    def test_contact(self):
        loyal = Domain("segment_id.code", "=", "loyal") & Domain("lifecycle_stage", "=", "mature")
        best = self.env["customer.segmentation.profile"].search(loyal, order="revenue desc, id", limit=1)
        self.take_picture("contact", f"/odoo/contacts/{best.partner_id.id}", CONTACT, login=self.manager.login)
