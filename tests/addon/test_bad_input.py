"""What a request says that cannot be meant is refused in words, and switches nothing off."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .security_samples import SamplesCase

MANAGER = "sales_manager"
SWITCHES = (
    "ladder_checked_by_caller",
    "scheme_checked_by_caller",
    "weights_checked_by_caller",
    "restored_number",
    "restored",
    "replay",
    "playbook_engine",
    "playbook_person_leaves",
    "all_are_scored",
)


@tagged("post_install", "-at_install")
class TestBadInput(SamplesCase):
    def told(self, name, value=True):
        """A model as a manager gets it who sends every switch that our own code knows."""
        return self.model(name, MANAGER).with_context(**dict.fromkeys(SWITCHES, value))

    # ------------------------------------------------------------------ switches of our own code

    def test_a_request_switches_no_check_off(self):
        policy = self.policy[self.company["north"]]
        rows = {
            "customer.segment.scheme": (policy.scheme_id, {"bands": 9}),
            "customer.segment": (policy.scheme_id.segment_ids[0], {"range_ids": [(5,)]}),
            "customer.segmentation.indicator": (policy.indicator_ids[0], {"weight": 77}),
        }
        self.user[MANAGER].company_ids |= self.env["customer.segmentation.policy"].search([]).company_id
        for value in (True, 1, "by code", [1, "2026-01-31"]):
            for name, (record, vals) in rows.items():
                with self.subTest(model=name, value=value):
                    self.assertRefused(
                        self.told(name, value).browse(record.id).write, vals, errors=(UserError, ValidationError)
                    )

    def test_a_request_does_not_say_which_version_it_restores(self):
        policy = self.policy[self.company["north"]]
        self.told(policy._name, 1).browse(policy.id).new_days = 17
        self.env.flush_all()
        self.assertFalse(policy.version_ids.sorted("number")[-1].restored_number)

    def test_a_request_is_no_replay(self):
        policy = self.policy[self.company["north"]]
        sent = policy.with_context(replay=[1, "2026-01-31"])
        self.assertEqual(sent._proposes_rises(), policy._proposes_rises())
        self.assertEqual(sent._sql_tiers_before().code, policy._sql_tiers_before().code)

    # ------------------------------------------------------------------ what the engine keeps

    def test_nobody_types_the_day_an_order_was_bought_first(self):
        order = self.order["acme_seller"]
        theirs = self.model("sale.order", "seller").browse(order.id)
        day = order.date_order
        self.assertRefused(theirs.write, {"first_order_date": "2020-01-01"})
        values = {"partner_id": self.acme.id, "first_order_date": "2020-01-01"}
        self.assertRefused(self.model("sale.order", "seller").create, values)
        theirs._action_cancel()
        self.assertEqual(order.first_order_date, day)
        theirs.action_draft()
        theirs.action_confirm()
        self.assertEqual((order.state, order.first_order_date), ("sale", day))
        theirs.write({"date_order": day - timedelta(days=1)})
        self.assertFalse(order.first_order_date, "a date that is typed later on counts as typed")

    # ------------------------------------------------------------------ drafts

    def test_a_draft_keeps_who_typed_what_is_weighed(self):
        policy = self.policy[self.company["north"]]
        billing = self.user["both_manager"]
        billing.group_ids += self.env.ref("account.group_account_invoice")
        indicator = policy.indicator_ids.filtered("active")[0]
        indicator.with_user(billing).write(
            {
                "kind": "records",
                "model_name": "account.move",
                "link_field": "partner_id",
                "date_field": "invoice_date",
                "aggregate": "count",
            }
        )
        self.assertEqual(indicator.author_id, billing)
        theirs = self.model(policy._name, MANAGER).browse(policy.id)
        draft = theirs.browse(theirs.action_draft()["res_id"])
        copies = draft.sudo().indicator_ids
        copy = copies.filtered(lambda copied: copied.origin_id == indicator)
        self.assertEqual(copy.author_id, billing)
        self.assertNotIn(self.env.ref("base.user_root"), copies.author_id)
        self.assertEqual(draft.create_uid, self.user[MANAGER])

    def test_who_works_in_a_branch_lists_drafts(self):
        policy = self.policy[self.company["north"]]
        branch = self.company["harbour"]
        self.user[MANAGER].write({"company_id": branch.id, "company_ids": [(6, 0, branch.ids)]})
        theirs = self.model(policy._name, MANAGER)
        theirs.browse(policy.id).action_draft()
        self.env.invalidate_all()
        found = theirs.with_context(active_test=False).search_read([], ["display_name"])
        self.assertEqual({row["display_name"] for row in found}, {"North", "Draft: North"})
