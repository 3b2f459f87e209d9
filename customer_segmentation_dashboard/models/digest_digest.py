"""Key figures of customers in Odoo's own digest e-mail, for recipients who may see them."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.customer_segmentation.scoring import periods
from odoo.exceptions import AccessError

from .customer_segmentation_dashboard import Selection


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_customer_at_risk = fields.Boolean("Customers Newly Slipping")
    kpi_customer_at_risk_value = fields.Integer(compute="_compute_kpi_customer_at_risk_value")
    kpi_customer_at_stake = fields.Boolean("At Stake")
    kpi_customer_at_stake_value = fields.Monetary(compute="_compute_kpi_customer_at_stake_value")
    kpi_customer_retention = fields.Boolean("Customer Retention (%)")
    kpi_customer_retention_value = fields.Float(compute="_compute_kpi_customer_retention_value", digits=(5, 2))

    def _compute_kpi_customer_at_risk_value(self):
        """Customers who came into the lifecycle stage Slipping in the time; not those who were found there at first."""
        changes = self.env["customer.segmentation.transition"].sudo()
        for digest, selection in self._customer_selections():
            digest.kpi_customer_at_risk_value = selection and changes.search_count(
                [
                    ("profile_id.company_id", "=", selection.company.id),
                    ("to_lifecycle_stage", "=", "at_risk"),
                    ("from_lifecycle_stage", "not in", [False, "at_risk"]),
                    ("direction", "!=", "rules"),
                    ("date", ">=", selection.period.start),
                    ("date", "<=", selection.period.end),
                ]
            )

    def _compute_kpi_customer_at_stake_value(self):
        """As it stands now; of a day in the past nobody knows it, unless it was a month-end."""
        dashboard = self.env["customer.segmentation.dashboard"].sudo()
        for digest, selection in self._customer_selections():
            digest.kpi_customer_at_stake_value = selection and dashboard._at_stake(selection)["value"]

    def _compute_kpi_customer_retention_value(self):
        """Of the customers who bought in the time before, the share in percent that bought in this time again."""
        dashboard = self.env["customer.segmentation.dashboard"].sudo()
        for digest, selection in self._customer_selections():
            base = selection and dashboard._bought(selection, selection.before)
            again = base and dashboard._bought_again(selection, selection.before, selection.passed)
            digest.kpi_customer_retention_value = base and 100 * again / base

    # ------------------------------------------------------------------ which company, which days

    def _customer_selections(self):
        """Each digest with the policy and the days its figures are about.

        Nothing where nobody is scored, or where no time was asked for, as when a digest is merely read.

        :raise AccessError: when the recipient may not see amounts and scores, or does not work in the company: Odoo
            then leaves the figure out of this recipient's e-mail
        """
        for digest in self:
            company = (digest.company_id or self.env.company).sudo().root_id
            self._check_customer_figures(company)
            policy = self.env["customer.segmentation.policy"].sudo()._of_company(company)
            days_are_known = self.env.context.get("start_datetime") and self.env.context.get("end_datetime")
            is_known = bool(policy.last_run_id and days_are_known)
            yield digest, is_known and digest._customer_selection(policy)

    @api.model
    def _check_customer_figures(self, company):
        user = self.env.user
        if not user.has_group("customer_segmentation.group_user") or company not in user.sudo().company_ids.root_id:
            raise AccessError(self.env._("You may not see figures about the customers of this company."))

    def _customer_selection(self, policy):
        """The days of the time asked for: of the first day only the end, so that days are counted once."""
        start, end, _companies = self._get_kpi_compute_parameters()
        policy = policy.with_context(tz=policy.tz)
        first, last = (
            fields.Datetime.context_timestamp(policy, fields.Datetime.to_datetime(moment)).date()
            for moment in (start, end)
        )
        return Selection(policy, periods.Period(first + timedelta(days=1), last), policy._today())

    def _compute_kpis_actions(self, company, user):
        menu = self.env.ref("customer_segmentation.menu_root").id
        return {
            **super()._compute_kpis_actions(company, user),
            "kpi_customer_at_risk": f"customer_segmentation_dashboard.action_customers_newly_at_risk?menu_id={menu}",
            "kpi_customer_at_stake": f"customer_segmentation_dashboard.action_customers_at_stake?menu_id={menu}",
            "kpi_customer_retention": f"customer_segmentation_dashboard.action_dashboard?menu_id={menu}",
        }
