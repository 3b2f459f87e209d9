"""The desks of a team, for managers and for who leads it: how far everybody is, and what waits behind full desks."""

from odoo import api, models
from odoo.exceptions import AccessError

MOST_PEOPLE = 60


class CustomerDeskTeam(models.AbstractModel):
    _name = "customer.desk.team"
    _description = "Desks of a Team"

    @api.model
    def read_team(self):
        """How far the people of the user's team are today, and what came of the calls of the team this month.

        :raise AccessError: for who leads nobody
        """
        people = self._people()
        if not people:
            raise AccessError(self.env._("Only managers and leaders of a sales team see the desks of others."))
        desks = [self._of_person(person) for person in people[:MOST_PEOPLE]]
        return {"desks": desks, "outcomes": self._outcomes(people), "left_off": max(len(people) - MOST_PEOPLE, 0)}

    @api.model
    def _leads(self):
        """Whether the user sees desks of others."""
        if self.env.user.has_group("customer_segmentation.group_manager"):
            return True
        return bool(self.env["crm.team"].sudo().search_count([("user_id", "=", self.env.uid)], limit=1))

    @api.model
    def _people(self):
        """Whose desks the user sees: of everybody who sells in the company, or of the teams the user leads."""
        desk = self.env["customer.desk"]._desk()
        usable = self.env["customer.playbook.responsible"]._usable_users(desk.company)
        if self.env.user.has_group("customer_segmentation.group_manager"):
            sellers = self.env.ref("sales_team.group_sale_salesman").sudo().all_user_ids
            return self._with_customers(sellers.filtered(lambda user: user.id in usable))
        teams = self.env["crm.team"].sudo().search([("user_id", "=", self.env.uid)])
        return teams.member_ids.filtered(lambda user: user.id in usable).sorted("name")

    @api.model
    def _with_customers(self, users):
        contacts = self.env["res.partner"].sudo()._read_group([("user_id", "in", users.ids)], ["user_id"])
        owners = {owner for (owner,) in contacts}
        return users.filtered(lambda user: user in owners).sorted("name")

    @api.model
    def _of_person(self, person):
        """Read with the rights of the person, for it is what that person sees."""
        theirs = self.env["customer.desk"].with_user(person)
        desk = theirs._desk(self.env.company)
        rows = theirs._rows(desk)
        standing = theirs._standing(desk)
        return {
            "user_id": person.id,
            "name": person.name,
            "opened": bool(rows),
            "done": len(rows.filtered(lambda row: row.state != "open")),
            "total": len(rows),
            "waiting": theirs._count_waiting(desk, rows, standing),
        }

    @api.model
    def _outcomes(self, people):
        """What came of the calls of all these people together this month."""
        desk = self.env["customer.desk"]._desk()
        found = self.env["customer.desk.row"].sudo()._read_group(
            [
                ("company_id", "=", desk.company.id),
                ("user_id", "in", people.ids),
                ("day", ">=", desk.today.replace(day=1)),
                ("state", "!=", "open"),
            ],
            ["outcome"],
            ["__count"],
        )
        counts = dict(found)
        known = self.env["customer.desk.outcome"]._outcomes()
        return [
            {"label": one.label, "count": counts[name]}
            for name, one in sorted(known.items(), key=lambda item: item[1].number)
            if counts.get(name)
        ]
