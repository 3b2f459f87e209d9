"""What a person typed is asked with that person's rights, in the company it is for: nobody learns more by typing.

The other company's amount is looked for by bisection, as somebody would who may type conditions and read counts.
"""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .security_common import AMOUNTS, SecurityCase

SOUTH_AMOUNT = AMOUNTS["acme_south"]  # the order of the customer both companies share
# Roads from the shared customer to the amount of the other company's order, each a condition on the contact.
ROADS = {
    "dotted": "[('sale_order_ids.amount_untaxed', '{operator}', {amount})]",
    "lines": "[('sale_order_ids.order_line.price_unit', '{operator}', {amount})]",
    "any": "[('sale_order_ids', 'any', [('amount_untaxed', '{operator}', {amount})])]",
    "deep": "[('sale_order_ids', 'any', [('order_line', 'any', [('price_unit', '{operator}', {amount})])])]",
    "children": "[('child_ids.parent_id.sale_order_ids', 'any', [('amount_untaxed', '{operator}', {amount})])]",
    "around": "[('sale_order_ids.order_line.order_id.amount_total', '{operator}', {amount})]",
}
# What a manager of sales may not read: groups of fields, models, and what passes by the rules.
FORBIDDEN = (
    "[('signup_type', '=', 'x')]",
    "[('user_ids.totp_secret', '!=', False)]",
    "[('user_ids.password', '!=', False)]",
    "[('parent_id.child_ids.signup_type', '=', 'x')]",
    "[('child_ids', 'any', [('signup_type', '=', 'x')])]",
    "['!', ('child_ids', 'not any', [('parent_id', 'any', [('signup_type', '=', 'x')])])]",
    "[('sale_order_ids', 'any!', [('amount_untaxed', '>', 1)])]",
    "[('child_ids', 'any', [('sale_order_ids', 'any!', [])])]",
    "[('credit_limit', '>', 0)]",
)


@tagged("post_install", "-at_install")
class TypedCase(SecurityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["customer.playbook"].search([]).unlink()
        cls.env["customer.segmentation.queue"].search([]).unlink()  # everybody is scored

    # ------------------------------------------------------------------ who counts what

    def playbook_values(self, **values):
        return {"name": "Ask", "trigger": "periodic", "trigger_days": 30, "summary": "Call", **values}

    def playbook(self, role, domain="[]", **values):
        return self.model("customer.playbook", role).create(self.playbook_values(audience_domain=domain, **values))

    def saved_playbook(self, role, domain):
        return self.playbook(role, domain).who_would_enter

    def typed_playbook(self, role, domain):
        form = Form(self.model("customer.playbook", role))
        form.trigger, form.trigger_days = "periodic", 30
        form.audience_domain = domain
        return form.who_would_enter

    def edited_playbook(self, role, domain):
        """Typed over the conditions of a colleague who may work in both companies, not saved."""
        playbook = self.playbook("both_manager")
        form = Form(playbook.with_env(self.model("customer.playbook", role).env))
        form.audience_domain = domain
        return form.who_would_enter

    def engine(self, role, domain):
        """How many customers of the role's company the scheduled action lets in."""
        company = self.user[role].company_id
        playbook = self.playbook(role, domain)
        playbook._start(company, include_now=True)
        self.env.flush_all()
        entries = self.env["customer.playbook.entry"].search_count([("playbook_id", "=", playbook.id)])
        playbook.action_stop()
        return entries

    WAYS = ("saved_playbook", "typed_playbook", "edited_playbook", "engine")

    def bisected(self, count, road):
        """The largest amount somebody finds by asking; nothing if every answer is the same."""
        if not count(road.format(operator=">=", amount=1)):
            return None
        low, high = 1, 2**13
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if count(road.format(operator=">=", amount=middle)) else (low, middle)
        return low


class TestOtherCompany(TypedCase):
    def test_own_amounts_are_found_on_every_road(self):
        """Else the tests below would prove nothing."""
        largest = {"north": AMOUNTS["acme_other"], "south": SOUTH_AMOUNT}
        for name, road in ROADS.items():
            with self.subTest(road=name):
                found = self.bisected(lambda domain: self.typed_playbook("south_manager", domain), road)
                self.assertEqual(found, largest["south"])
                found = self.bisected(lambda domain: self.typed_playbook("sales_manager", domain), road)
                self.assertEqual(found, largest["north"])

    def test_the_other_companys_amount_is_not_found_by_bisection(self):
        """Between the own amounts 40 and 5000: an order of exactly 700 exists in the other company only."""
        exactly = "[('sale_order_ids', 'any', [('amount_untaxed', '>', 690), ('amount_untaxed', '<', 710)])]"
        for role in ("sales_manager", "both_manager"):
            for way in self.WAYS:
                with self.subTest(role=role, way=way):
                    self.assertEqual(getattr(self, way)(role, exactly), 0)
        for way in self.WAYS:
            with self.subTest(role="south_manager", way=way):
                self.assertEqual(getattr(self, way)("south_manager", exactly), 1)

    def test_a_manager_of_both_companies_asks_each_by_itself(self):
        largest = ROADS["dotted"].format(operator=">=", amount=3000)
        playbook = self.playbook("both_manager", largest)
        for company, found in (("north", 1), ("south", 0)):
            here = {"allowed_company_ids": self.company[company].ids}
            with self.subTest(company=company):
                self.assertEqual(playbook.with_context(**here).who_would_enter, found)


class TestRights(TypedCase):
    def test_what_the_author_may_not_read_is_refused_when_saved(self):
        for domain in FORBIDDEN:
            with self.subTest(domain=domain), self.assertRaises(UserError), self.env.cr.savepoint():
                self.playbook("sales_manager", domain)

    def test_what_the_author_may_not_read_is_not_answered_while_it_is_typed(self):
        for domain in FORBIDDEN:
            with self.subTest(domain=domain):
                form = Form(self.model("customer.playbook", "sales_manager"))
                form.trigger, form.trigger_days = "periodic", 30
                form.audience_domain = domain
                self.assertEqual(form.who_would_enter, 0)
                self.assertTrue(form.audience_problem)

    def test_models_without_sales_rights_are_refused(self):
        with self.assertRaises(UserError):
            self.playbook("scores_manager", ROADS["dotted"].format(operator=">", amount=1))

    def test_the_author_is_whoever_typed_last_and_nobody_else_is_named(self):
        playbook = self.playbook("both_manager")
        self.assertEqual(playbook.author_id, self.user["both_manager"])
        mine = playbook.with_env(self.model("customer.playbook", "sales_manager").env)
        mine.name = "Ask soon"
        self.assertEqual(playbook.author_id, self.user["both_manager"], "a name asks for nothing")
        template = self.env["mail.template"].create(
            {"name": "News", "model_id": self.env.ref("base.model_res_partner").id}
        )
        for typed in (
            {"audience_domain": "[('city', '=', False)]"},
            {"summary": "Call soon"},
            {"note": "<p>Call</p>"},
            {"mail_template_id": template.id},
        ):
            playbook.with_env(self.model("customer.playbook", "both_manager").env).audience_domain = "[]"
            mine.write(typed)
            self.assertEqual(playbook.author_id, self.user["sales_manager"], typed)
        for named in (self.env.ref("base.user_root"), self.user["both_manager"]):
            mine.write({"author_id": named.id})
            self.assertEqual(playbook.author_id, self.user["sales_manager"])
            self.assertEqual(self.playbook("sales_manager", author_id=named.id).author_id, self.user["sales_manager"])
        self.assertEqual(mine.copy().author_id, self.user["sales_manager"])


class TestAuthorIsGone(TypedCase):
    DOMAIN = ROADS["dotted"].format(operator=">=", amount=3000)

    def work(self):
        for _worked in self.env["customer.playbook"]._batches():
            pass
        self.env.invalidate_all()

    def test_an_archived_author_pauses_the_playbook_and_a_manager_repairs_it(self):
        playbook = self.playbook("both_manager", self.DOMAIN)
        playbook._start(self.company["north"])
        self.user["both_manager"].active = False
        self.env.invalidate_all()
        mine = playbook.with_env(self.model("customer.playbook", "sales_manager").env)
        self.assertEqual(mine.who_would_enter, 0)
        for word in (
            self.user["both_manager"].name,
            "does not work here any more",
            "North can take the conditions over",
        ):
            self.assertIn(word, mine.audience_problem)
        self.work()
        self.assertIn("does not work here any more", playbook.problem)
        self.assertFalse(playbook.entry_ids)
        mine.action_take_over_conditions()
        self.assertEqual(playbook.author_id, self.user["sales_manager"])
        self.assertEqual((mine.who_would_enter, mine.audience_problem, playbook.problem), (1, False, False))

    def test_lost_rights_pause_it(self):
        playbook = self.playbook("both_manager", self.DOMAIN)
        plain = self.env.ref("base.group_user") | self.env.ref("customer_segmentation.group_manager")
        self.user["both_manager"].group_ids = [Command.set(plain.ids)]
        self.env.invalidate_all()
        here = playbook.with_env(self.model("customer.playbook", "sales_manager").env)
        self.assertTrue(here.audience_problem)
        self.assertEqual(here.who_would_enter, 0)
        with self.assertRaises(UserError):
            here._start(self.company["north"])

    def test_who_left_the_company_has_no_say_in_it(self):
        playbook = self.playbook("both_manager", self.DOMAIN)
        self.user["both_manager"].write(
            {"company_id": self.company["south"].id, "company_ids": [Command.set(self.company["south"].ids)]}
        )
        self.env.invalidate_all()
        here = playbook.with_env(self.model("customer.playbook", "sales_manager").env)
        self.assertIn("does not work in North", here.audience_problem)
        self.assertEqual(here.who_would_enter, 0)

    def test_only_managers_take_over(self):
        playbook = self.playbook("both_manager", self.DOMAIN)
        with self.assertRaises(AccessError):
            playbook.with_env(self.model("customer.playbook", "seller").env).action_take_over_conditions()
        self.user["sales_manager"].group_ids -= self.env.ref("sales_team.group_sale_manager")
        with self.assertRaises(AccessError):
            playbook.with_env(self.model("customer.playbook", "sales_manager").env).action_take_over_conditions()

    def test_who_takes_over_must_be_able_to_ask_it(self):
        playbook = self.playbook("both_manager", self.DOMAIN)
        mine = playbook.with_env(self.model("customer.playbook", "scores_manager").env)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            mine.action_take_over_conditions()
        self.assertEqual(playbook.author_id, self.user["both_manager"])


class TestFromBefore(TypedCase):
    """Conditions typed before their authors were kept are nobody's who may read more than whoever made them."""

    def updated(self, record, **people):
        self.env.flush_all()
        assigned = ", ".join(f"{name} = {user.id}" for name, user in people.items())
        self.env.cr.execute(f"UPDATE {record._table} SET author_id = NULL, {assigned} WHERE id = {record.id}")
        self.env.invalidate_all()
        record._init_column("author_id")
        self.env.invalidate_all()
        return record.author_id

    def test_who_made_it_then_who_wrote_it_then_who_started_it(self):
        robot, manager, other = self.env.ref("base.user_root"), self.user["sales_manager"], self.user["both_manager"]
        playbook = self.playbook("sales_manager")
        self.assertEqual(self.updated(playbook, create_uid=manager, write_uid=other), manager)
        self.assertEqual(self.updated(playbook, create_uid=robot, write_uid=other), other)
        self.assertEqual(self.updated(playbook, create_uid=robot, write_uid=robot), robot)
        started = self.playbook("sales_manager")
        author = self.updated(started, create_uid=robot, write_uid=robot, started_by_id=manager)
        self.assertEqual(author, manager, "the engine wrote last, but a manager may have typed")

    def test_when_nobody_is_known_it_pauses(self):
        playbook = self.playbook("sales_manager", "[('city', '=', False)]")
        self.env.cr.execute("UPDATE customer_playbook SET author_id = NULL WHERE id = %s", [playbook.id])
        self.env.invalidate_all()
        self.assertIn("Nobody is known any more", playbook.audience_problem)
        self.assertEqual(playbook.who_would_enter, 0)
