"""What playbooks with a control group brought, in money: customers whose days to order ended in the period."""

from odoo import api, models
from odoo.addons.customer_segmentation.tools.context import one_of, whole
from odoo.exceptions import AccessError
from odoo.tools import SQL


class CustomerSegmentationDashboard(models.AbstractModel):
    _inherit = "customer.segmentation.dashboard"

    @api.model
    def _sees_effect(self):
        """Who was held back is not for those who might call them all the same."""
        return self.env.su or self.env.user.has_group("customer_segmentation.group_manager")

    @api.readonly
    @api.model
    def read_effect(self, company_id, start, end, scope=None):
        """Each playbook with a control group and what came of it, and all of them together."""
        selection = self._select_effect(company_id, start, end, scope)
        compared = self._compared_groups(selection)
        playbooks = self._playbooks(selection).filtered(lambda playbook: playbook.id in compared)
        lines = [self._effect(playbook, compared[playbook.id]) for playbook in playbooks]
        return self._effect_in_words(lines, selection)

    @api.readonly
    @api.model
    def effect_action(self, company_id, start, end, playbook_id, treatment, scope=None):
        """The list of the customers of one group: exactly those counted, with what they bought.

        :param treatment: treated or control
        """
        selection = self._select_effect(company_id, start, end, scope)
        playbook = self._playbooks(selection).filtered(
            lambda one: one.id == whole(self.env, "playbook_id", playbook_id)
        )
        treatment = one_of(self.env, "treatment", treatment, ("treated", "control"))
        rows = self.env.execute_query(
            SQL("SELECT id FROM (%s) compared WHERE treatment = %s", self._sql_groups(playbook, selection), treatment)
        )
        title = self.env._("%(figure)s (%(when)s)", figure=playbook.name or "", when=self._days(selection.passed))
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "display_name": title,
            "res_model": "customer.playbook.result",
            "view_mode": "list",
            "views": [(False, "list")],
            "domain": [("id", "in", [row[0] for row in rows])],
        }

    @api.model
    def _select_effect(self, company_id, start, end, scope):
        if not self._sees_effect():
            raise AccessError(self.env._("Only managers see what playbooks brought."))
        return self._select(company_id, start, end, scope)

    @api.model
    def _playbooks(self, selection):
        """Those of the company, ended ones included."""
        known = self.env["customer.playbook"].with_context(active_test=False)
        return known.search([("company_id", "in", [False, selection.company.id])])

    @api.model
    def _sql_groups(self, playbooks, selection):
        return self.env["customer.playbook.result"]._sql_compared(
            playbooks, selection.company, selection.passed, self._columns(selection, "id")
        )

    @api.model
    def _compared_groups(self, selection):
        return self.env["customer.playbook.result"]._compared(
            self._playbooks(selection), selection.company, selection.passed, self._columns(selection, "id")
        )

    @api.model
    def _effect(self, playbook, groups):
        """Customers of both groups, and the difference in money of one followed up; None while too few."""
        from odoo.addons.customer_segmentation.scoring.uplift import Group, uplift

        nobody = Group(0, [])
        treated, control = groups.get("treated", nobody), groups.get("control", nobody)
        return {
            "id": playbook.id,
            "name": playbook.name,
            "treated": treated.customers,
            "control": control.customers,
            "difference": uplift(treated, control).revenue,
        }
