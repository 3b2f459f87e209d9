"""The README's pictures, of real purchases: where no folder is named, the pages are opened all the same."""

from datetime import timedelta

from odoo.fields import Domain
from odoo.tests import HttpCase, new_test_user, tagged

from dev import cdnow
from dev.demo_data import history, names, words_en

from ..addon.common import SegmentationCase
from .pictures import PicturesMixin

EVERY = 3  # of the 2,357 customers
DASHBOARD = "!!document.querySelector('.o_dashboard_cohorts table') && !!document.querySelector('[data-tile=lost]')"
CONTACT = """(() => {
    const page = document.querySelector(".o_notebook a[name=customer_segmentation]");
    if (page && !page.classList.contains("active")) { page.click(); }
    return !!document.querySelector(".tab-pane.active .o_purchase_timeline");
})()"""


@tagged("post_install", "-at_install")
class TestPictures(PicturesMixin, SegmentationCase, HttpCase):
    browser_size = "1400x1000"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.name = words_en.COMPANY["name"]
        cls.policy.setup_done = True
        cls.manager = new_test_user(cls.env, "pictures_manager", "sales_team.group_sale_manager", name="Helen Marsh")
        sellers = [
            new_test_user(cls.env, f"pictures_{number}", "sales_team.group_sale_salesman", name=name)
            for number, name in enumerate(("Robin Keane", "Lea Sommer", "Jon Ekström", "Mia Carver"))
        ]
        cls.policy.with_context(ladder="metals").action_use_ladder()
        cls._buy(sellers)
        cls.recompute()
        cls.policy._queue_replay()._execute()

    @classmethod
    def _buy(cls, sellers):
        rows = [row for row in history.read(cdnow.sample()) if row.customer % EVERY == 0 and row.cents]
        purchases = history.move(rows, cls.today - timedelta(days=1))
        numbers = sorted({purchase.customer for purchase in purchases})
        partners = cls.env["res.partner"].create([
            {"name": customer.name, "is_company": customer.is_company, "email": customer.email,
             "phone": customer.phone, "user_id": sellers[number % len(sellers)].id}
            for number, customer in zip(numbers, names.customers(len(numbers), words_en), strict=True)
        ])  # fmt: skip
        partner_of = dict(zip(numbers, partners.ids, strict=True))
        cls.env["customer.imported.purchase"].create([
            {"company_id": cls.company.id, "partner_id": partner_of[purchase.customer], "date": purchase.day,
             "amount": purchase.cents / 10, "reference": str(number)}
            for number, purchase in enumerate(purchases)
        ])  # fmt: skip

    def test_dashboard(self):
        self.take_picture("dashboard", "/odoo/segmentation-dashboard", DASHBOARD, login=self.manager.login)

    def test_contact(self):
        loyal = Domain("segment_id.code", "=", "loyal") & Domain("lifecycle_stage", "=", "mature")
        best = self.env["customer.segmentation.profile"].search(loyal, order="revenue desc, id", limit=1)
        self.take_picture("contact", f"/odoo/contacts/{best.partner_id.id}", CONTACT, login=self.manager.login)
