"""What a playbook did and whether it earned anything, in words, in the company the user works in."""

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from .customer_playbook import NUMBER


class CustomerPlaybook(models.Model):
    _inherit = "customer.playbook"

    currency_id = fields.Many2one("res.currency", compute="_compute_results", groups=NUMBER)
    treated_count = fields.Integer(
        compute="_compute_results",
        string="Treated",
        groups=NUMBER,
        help="Times a customer came in and was not control.",
    )
    ordered_count = fields.Integer(
        compute="_compute_results",
        string="Ordered",
        groups=NUMBER,
        help="How many of the treated ordered within the days of the playbook.",
    )
    revenue_after = fields.Monetary(
        compute="_compute_results",
        groups=NUMBER,
        help="Purchases less refunds of the treated customers within the days of the playbook.",
    )
    wrong_label_count = fields.Integer(
        compute="_compute_results",
        string="Wrong Labels",
        groups=NUMBER,
        help="How often a salesperson answered that the customer does not belong in this segment or tier.",
    )
    uplift_verdict = fields.Selection(
        [
            ("no_control", "No control group"),
            ("too_few", "Too few to tell"),
            ("unclear", "No difference shown"),
            ("more", "It helps"),
            ("less", "It does harm"),
        ],
        compute="_compute_uplift",
        string="Proof",
        groups=NUMBER,
    )
    uplift_in_words = fields.Text(compute="_compute_uplift", string="Effect", groups=NUMBER)

    @api.depends("entry_ids.state", "success_days")
    @api.depends_context("company")
    def _compute_results(self):
        root = self.env.company.sudo().root_id
        result = self.env["customer.playbook.result"]
        mine = [("playbook_id", "in", self.ids), ("company_id", "=", root.id)]
        treated = {
            playbook.id: numbers
            for playbook, *numbers in result._read_group(
                [*mine, ("treatment", "=", "treated")], ["playbook_id"], ["__count", "ordered:sum", "revenue:sum"]
            )
        }
        wrong = result._read_group([*mine, ("answer", "=", "wrong_label")], ["playbook_id"], ["__count"])
        wrong = {playbook.id: count for playbook, count in wrong}
        for playbook in self:
            count, ordered, revenue = treated.get(playbook.id, (0, 0, 0))
            playbook.currency_id = root.currency_id
            playbook.treated_count, playbook.ordered_count, playbook.revenue_after = count, ordered, revenue
            playbook.wrong_label_count = wrong.get(playbook.id, 0)

    @api.depends("entry_ids.state", "success_days", "control_share")
    @api.depends_context("company", "lang")
    def _compute_uplift(self):
        from ...scoring.uplift import Group, uplift

        nobody = Group(0, [])
        compared = self.env["customer.playbook.result"]._compared(self, self.env.company.sudo().root_id)
        for playbook in self:
            groups = compared.get(playbook.id, {})
            treated, control = groups.get("treated", nobody), groups.get("control", nobody)
            answer = uplift(treated, control)
            without = not playbook.control_share and not playbook.control_count
            playbook.uplift_verdict = "no_control" if without else answer.verdict
            playbook.uplift_in_words = playbook._uplift_in_words(playbook.uplift_verdict, treated, control, answer)

    # ------------------------------------------------------------------ words

    def _uplift_in_words(self, verdict, treated, control, answer):
        if verdict == "no_control":
            return self.env._(
                "Nobody can say what would have happened without the playbook, because it has no control group. Leave "
                "one customer in ten out of it, and the effect is measured."
            )
        if verdict == "too_few":
            return self._too_few_in_words(treated, control)
        parts = {
            "more": self.env._("Treated customers order more often than the control group."),
            "less": self.env._("Treated customers order less often than the control group."),
            "unclear": self.env._("A difference to the control group is not shown: chance alone could explain it."),
        }
        return "\n".join(
            (
                parts[verdict],
                self._rates_in_words(treated, control, answer.rate),
                self._revenues_in_words(treated, control, answer.revenue),
            )
        )

    def _too_few_in_words(self, treated, control):
        from ...scoring.uplift import FEWEST_IN_A_GROUP

        return self.env._(
            "Too few to tell: the %(days)s days are over for %(treated)s treated customers and %(control)s of the "
            "control group. From %(fewest)s of each on, the effect can be told from chance.",
            days=self.success_days,
            treated=treated.customers,
            control=control.customers,
            fewest=FEWEST_IN_A_GROUP,
        )

    def _rates_in_words(self, treated, control, difference):
        return self.env._(
            "%(treated_share)s %% of %(treated)s treated customers ordered within %(days)s days, %(control_share)s %% "
            "of %(control)s in the control group. Difference: %(difference)s points, with 95 %% certainty between "
            "%(low)s and %(high)s.",
            treated_share=self._points(treated.ordered / treated.customers),
            treated=treated.customers,
            control_share=self._points(control.ordered / control.customers),
            control=control.customers,
            days=self.success_days,
            difference=self._signed_points(difference.estimate),
            low=self._signed_points(difference.low),
            high=self._signed_points(difference.high),
        )

    def _revenues_in_words(self, treated, control, difference):
        means = {
            "treated": self._money(treated.revenue / treated.customers),
            "control": self._money(control.revenue / control.customers),
        }
        if not difference:
            return self.env._(
                "Revenue per customer: %(treated)s against %(control)s. Too few ordered to tell this difference from "
                "chance.",
                **means,
            )
        return self.env._(
            "Revenue per customer: %(treated)s against %(control)s. Difference: %(difference)s, with 95 %% certainty "
            "between %(low)s and %(high)s.",
            **means,
            difference=self._money(difference.estimate),
            low=self._money(difference.low),
            high=self._money(difference.high),
        )

    def _points(self, share):
        return formatLang(self.env, 100 * share, digits=1)

    def _signed_points(self, share):
        return ("+" if share > 0 else "") + self._points(share)

    def _money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.env.company.sudo().root_id.currency_id)

    # ------------------------------------------------------------------ what users click

    def _action_of_mine(self, name, **context):
        """An action of ours, on the rows of this playbook only."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"customer_segmentation.{name}")
        return dict(action, domain=[("playbook_id", "=", self.id)], context=context, display_name=self.name)

    def action_open_entries(self):
        return self._action_of_mine("action_playbook_entries")

    def action_open_waiting(self):
        return self._action_of_mine("action_playbook_entries", search_default_waiting=1)

    def action_open_wrong_labels(self):
        return self._action_of_mine("action_playbook_entries", search_default_wrong_label=1)

    def action_open_results(self):
        return self._action_of_mine("action_playbook_results")

    def action_open_candidates(self):
        """The customers who would come in today."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_customers")
        domain = [("id", "in", self._candidates_now().ids)]
        return dict(action, domain=domain, context={}, display_name=self.env._("%s: Who Would Enter", self.name))
