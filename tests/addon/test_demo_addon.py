"""The demo addon leaves alone what it would spoil, and does not begin what Odoo would break off."""

from odoo.addons.customer_segmentation_demo import load
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from shop import words_en, words_zh


@tagged("post_install", "-at_install")
class TestDemoAddon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls.env.ref("base.user_admin")
        cls.administrator.lang = "en_US"

    def make_order(self):
        return self.env["sale.order"].create({"partner_id": self.env["res.partner"].create({"name": "Someone"}).id})

    def assert_refused(self, beginning):
        company = self.env.company.name
        with self.assertRaisesRegex(UserError, beginning):
            load.post_init_hook(self.env)
        self.assertEqual(self.env.company.name, company)
        self.assertFalse(self.env["res.partner.category"].search([("name", "in", words_en.TAGS + words_zh.TAGS)]))

    def test_a_database_with_orders(self):
        self.make_order()
        self.assert_refused("This database has orders")

    def test_a_database_with_a_cancelled_journal_entry(self):
        self.env["account.move"].search([]).unlink()
        self.env["account.move"].create({"move_type": "entry", "state": "cancel"})
        self.assert_refused("This database has orders")

    def test_somebody_who_has_the_login_of_the_demo_even_if_archived(self):
        new_test_user(self.env, "lea", "base.group_user").active = False
        self.assert_refused("one of the users manager, rep, lea, jon, mia")

    def test_it_says_so_in_the_language_of_the_administrator(self):
        self.administrator.lang = "zh_CN"
        self.make_order()
        self.assert_refused("此数据库已有订单")

    def test_who_speaks_another_language_gets_english(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.administrator.lang = "fr_FR"
        self.assertEqual(load.language(self.env), "en_US")

    def test_an_odoo_that_would_end_the_request_first(self):
        with self.assertRaisesRegex(
            UserError, f"after 120 seconds.*-d {self.env.cr.dbname} -i customer_segmentation_demo"
        ):
            load.refuse_short_time(self.env, words_en, 120)

    def test_time_enough_or_no_limit(self):
        load.refuse_short_time(self.env, words_en, 0)
        load.refuse_short_time(self.env, words_en, 3600)
