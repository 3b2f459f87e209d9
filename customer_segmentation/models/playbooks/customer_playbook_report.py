"""What a playbook did and whether it earned anything, in one company."""

from odoo import models
from odoo.tools import SQL


class CustomerPlaybookReport(models.AbstractModel):
    _name = "customer.playbook.report"
    _description = "Playbook Report"

    def _figures(self, playbooks, company):
        """{playbook id: (treated customers, ordered, revenue, answers that the label is wrong)} of a root company."""
        result = self.env["customer.playbook.result"]
        mine = [("playbook_id", "in", playbooks.ids), ("company_id", "=", company.id)]
        treated = result._read_group(
            [*mine, ("treatment", "=", "treated")], ["playbook_id"], ["__count", "ordered:sum", "revenue:sum"]
        )
        treated = {playbook.id: numbers for playbook, *numbers in treated}
        wrong = result._read_group([*mine, ("answer", "=", "wrong_label")], ["playbook_id"], ["__count"])
        wrong = {playbook.id: count for playbook, count in wrong}
        return {
            playbook: (*treated.get(playbook, (0, 0, 0)), wrong.get(playbook, 0))
            for playbook in treated.keys() | wrong.keys()
        }

    def _compared(self, playbooks, company):
        """{playbook id: (verdict, treated group, control group, the difference)} in a root company."""
        from ...scoring.uplift import Group, uplift

        nobody = Group(0, [])
        compared = self.env["customer.playbook.result"]._compared(playbooks, company)
        found = {}
        for playbook in playbooks:
            groups = compared.get(playbook.id, {})
            treated, control = groups.get("treated", nobody), groups.get("control", nobody)
            difference = uplift(treated, control)
            without = not playbook.control_share and not playbook.control_count
            verdict = "no_control" if without else difference.verdict
            found[playbook.id] = verdict, treated, control, difference
        return found

    def _contacted_anyway(self, playbook):
        """How many customers of the control group somebody turned to from My Day while they were held back."""
        [(count,)] = self.env.execute_query(
            SQL(
                """SELECT count(DISTINCT entry.partner_id) FROM customer_playbook_entry entry
                     JOIN customer_desk_row told ON told.partner_id = entry.partner_id
                                                AND told.company_id = entry.company_id AND told.held_back
                    WHERE entry.playbook_id = %s AND entry.company_id = %s AND entry.state = 'control'
                      AND told.day BETWEEN entry.entered_on AND entry.entered_on + %s""",
                playbook._origin.id or 0,
                self.env.company.sudo().root_id.id,
                playbook.success_days,
            )
        )
        return count

    def _action_on(self, playbook, name, **context):
        """An action of ours, on the rows of one playbook only."""
        playbook.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"customer_segmentation.{name}")
        return dict(action, domain=[("playbook_id", "=", playbook.id)], context=context, display_name=playbook.name)
