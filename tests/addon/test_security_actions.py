"""Whatever a manager of company North calls, with whatever identifier or context: in South nothing happens."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .security_samples import SamplesCase

NORTH, SOUTH = "sales_manager", "south_manager"
# What an action leaves behind in a company, and how a row of it is told to be of South.
TRACES = {
    "customer_segmentation_policy": "company_id = %(south)s",
    "customer_segmentation_profile": "company_id = %(south)s",
    "customer_segmentation_run": "company_id = %(south)s",
    "customer_segmentation_exclusion": "company_id = %(south)s OR company_id IS NULL",
    "customer_playbook": "company_id = %(south)s",
    "customer_playbook_entry": "company_id = %(south)s",
    "customer_playbook_started_company_rel": "res_company_id = %(south)s",
    "customer_tier": "policy_id IN (SELECT id FROM customer_segmentation_policy WHERE company_id = %(south)s)",
    "mail_activity": "res_model = 'res.partner'",
    "mail_mail": "TRUE",
    "sale_order": "company_id = %(south)s",
}


@tagged("post_install", "-at_install")
class TestSecurityActions(SamplesCase):
    TRACES = TRACES
    LEAST_CALLS = 240

    def traces(self):
        self.env.flush_all()
        south = self.company["south"].id
        return {
            table: self.env.execute_query(
                SQL(
                    "SELECT count(*), md5(string_agg(found::text, '|' ORDER BY found::text)) FROM %s found WHERE %s",
                    SQL.identifier(table),
                    SQL(condition, south=south),
                )
            )
            for table, condition in self.TRACES.items()
        }

    def contexts(self):
        north, south = self.company["north"].id, self.company["south"].id
        return ([north], [south], [north, south], [south, north])

    def records_of_south(self, name):
        """Rows of a model that are about company South, those of dialogs made by its manager."""
        if self.registry[name]._transient:
            return self.sample(name, "south", self.user[SOUTH])
        if name in self.samples["south"]:
            return self.samples["south"][name]
        found = self.env[name].with_context(active_test=False).search([], limit=3)
        return found if "company_id" not in found else found.filtered(lambda one: one.company_id.name == "South")

    def test_the_manager_of_a_company_does_nothing_in_another_one(self):
        before, called = self.traces(), 0
        for name in [*self.our_models(), "res.partner", "sale.order", "mail.activity", "crm.lead"]:
            methods = self.our_methods(name)
            records = methods and self.records_of_south(name)
            before = self.traces() if methods else before
            for method, function in methods.items():
                for companies in self.contexts():
                    theirs = self.env[name].with_user(self.user[NORTH]).browse(records.ids)
                    called += 1
                    with self.subTest(model=name, method=method, companies=companies):
                        self.assertEqual(
                            self.traces_after(theirs.with_context(allowed_company_ids=companies), method, function),
                            before,
                        )
        self.assertGreater(called, self.LEAST_CALLS)

    def traces_after(self, records, method, function):
        """What is there after a call, which is undone then, whether it was refused or not."""
        after = {}

        class Undo(Exception):
            pass

        try:
            with self.env.cr.savepoint():
                try:
                    self.call(records, method, function)
                except Exception:  # refused, which is fine, or without the arguments it needs
                    self.env.invalidate_all(flush=False)
                    raise Undo from None
                after = self.traces()
                raise Undo
        except Undo:
            self.env.invalidate_all(flush=False)
        return after or self.traces()

    # ------------------------------------------------------------------ by name

    def shared_playbook(self):
        kind = self.env.ref("mail.mail_activity_data_call")
        values = {"name": "Everywhere", "trigger": "segment_enter", "activity_type_id": kind.id, "company_id": False}
        return self.env["customer.playbook"].create(values)

    def test_a_playbook_is_started_where_the_manager_works(self):
        playbook, before = self.shared_playbook(), self.traces()
        south = self.company["south"].id
        dialogs = self.model("customer.playbook.start", NORTH)
        values = {"playbook_id": playbook.id, "include_now": True}
        self.assertRefused(dialogs.create, {**values, "company_id": south})
        forged = dialogs.with_context(default_company_id=south).create(values)
        self.assertEqual(forged.company_id, self.company["north"])
        self.assertRefused(forged.write, {"company_id": south})
        forged.sudo().company_id = south
        self.env.invalidate_all()
        self.assertRefused(forged.action_start)
        self.assertRefused(dialogs.with_context(allowed_company_ids=[south]).create, values)
        self.assertEqual(self.traces(), before)
        dialogs.create(values).action_start()
        self.assertEqual(playbook.started_company_ids, self.company["north"])

    def test_the_company_of_an_action_is_the_users_own(self):
        policies = self.model("customer.segmentation.policy", NORTH)
        north, south = self.company["north"], self.company["south"]
        self.assertEqual(policies._of_action(), self.policy[north])
        self.assertEqual(policies._of_action(north), self.policy[north])
        branch = self.model("customer.segmentation.policy", "branch_seller")
        self.assertEqual(branch._of_action(), self.policy[north])
        self.assertEqual(branch._of_action(north), self.policy[north])
        both = self.model("customer.segmentation.policy", "both_manager")
        self.assertEqual(both._of_action(south), self.policy[south])
        forged = policies.with_context(allowed_company_ids=south.ids)
        for asking in (policies, policies.sudo()):
            with self.assertRaises(AccessError):
                asking._of_action(south)
        for asking in (forged, forged.sudo()):
            with self.assertRaises(AccessError):
                asking._of_action()

    def test_a_tier_of_another_company_is_not_set(self):
        foreign, before = self.samples["south"], self.traces()
        values = {
            "profile_ids": [Command.set(foreign["customer.segmentation.profile"].ids)],
            "tier_id": foreign["customer.tier"].id,
            "reason": "forged",
        }
        self.assertRefused(self.model("customer.tier.override", NORTH).create, values)
        self.assertEqual(self.traces(), before)

    def test_nobody_runs_a_scheduled_action(self):
        """They see to all companies; to run one by its server action is a road around the scheduler."""
        crons = self.env["ir.cron"].with_context(active_test=False).search([])
        own = [cron for cron in crons if cron.get_external_id()[cron.id].startswith("customer_segmentation")]
        self.assertGreaterEqual(len(own), 4)
        for cron in own:
            for role in self.roles:
                with self.subTest(action=cron.name, role=role), mute_logger("odoo.addons.base.models.ir_actions"):
                    self.assertRefused(self.model("ir.actions.server", role).browse(cron.ir_actions_server_id.id).run)
            scheduler = cron.ir_actions_server_id.with_user(cron.user_id)
            scheduler._can_execute_action_on_records(self.env[cron.model_id.model])
