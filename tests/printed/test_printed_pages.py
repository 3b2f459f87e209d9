"""What is printed, as wkhtmltopdf prints it: the pages meant for one page fill one, whatever the language."""

import io
import unicodedata

from PyPDF2 import PdfReader

from odoo.tests import tagged

from ..glue.real_purchases import RealPurchasesCase

MANY_LINES = 10
DASHBOARD = "customer_segmentation_dashboard"


@tagged("post_install", "-at_install")
class TestPrintedPages(RealPurchasesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.config_parameter"].set_param("report.url", cls.base_url())
        cls.best = cls.env["customer.segmentation.profile"].search([], order="revenue desc, id", limit=1)
        cls._fill_portrait()

    @classmethod
    def _fill_portrait(cls):
        """As many contacts and opportunities as the page shows of the customer at most."""
        customer = cls.best.partner_id
        customer.write({"street": "12 Long Lane", "city": "Cork", "phone": "+353 20 910 0101"})
        for number in range(MANY_LINES):
            cls.env["crm.lead"].create(
                {
                    "name": f"A name of an opportunity as long as they are {number}",
                    "type": "opportunity",
                    "partner_id": customer.id,
                    "expected_revenue": 1000,
                }
            )

    def printed(self, report, record, language):
        """The pages as text: Chinese characters only, the others are drawn."""
        reports = self.env["ir.actions.report"].with_user(self.manager)
        reports = reports.with_context(lang=language, force_report_rendering=True)
        content, kind = reports._render_qweb_pdf(report, record.ids)
        self.assertEqual(kind, "pdf")
        texts = [page.extract_text().replace("\n", "") for page in PdfReader(io.BytesIO(content)).pages]
        return [unicodedata.normalize("NFKC", text) for text in texts]

    def check_one_page(self, report, record, *words):
        self.assertEqual(len(self.printed(report, record, "en_US")), 1)
        pages = self.printed(report, record, "zh_CN")
        self.assertEqual(len(pages), 1)
        for word in words:
            self.assertIn(word, pages[0])

    def test_the_monthly_report_is_one_page(self):
        dialog = self.env["customer.report"].with_user(self.manager).create({"company_id": self.company.id})
        for language in ("en_US", "zh_CN"):
            made = dialog.with_context(lang=language)._made()
            pages = self.printed(made.report, made, language)
            self.assertEqual(len(pages), 1)
        for word in ("潜力忠诚客户", "等级", "预测可靠性"):
            self.assertIn(word, pages[0])

    def test_the_portrait_is_one_page(self):
        self.check_one_page(
            f"{DASHBOARD}.customer_portrait", self.best, "客户画像", "下单规律与展望", "变更记录", "金额不含税"
        )

    def test_each_customer_has_a_page(self):
        profiles = self.best.search([], order="revenue desc, id", limit=3)
        pages = self.printed(f"{DASHBOARD}.customer_portrait", profiles, "zh_CN")
        self.assertEqual(["客户画像" in page for page in pages], [True] * 3)

    def test_longer_ones_run_on(self):
        self.best.partner_id.lang = "zh_CN"
        sheet = self.printed("customer_segmentation.privacy_sheet", self.best.partner_id, "en_US")
        self.assertIn("您的权利", " ".join(sheet))
