"""The desks of a team, for managers and for who leads it: how far everybody is, and what waits behind full desks."""

from odoo import api, models
from odoo.exceptions import AccessError

from ...tools.context import whole

MOST_PEOPLE = 60


class CustomerDeskTeam(models.AbstractModel):
    _name = "customer.desk.team"
    _description = "Desks of a Team"

    @api.model
    def action_read_team(self):
        """How far the people of the user's team are today, and what came of the calls of the team this month.

        :raise AccessError: for who leads nobody
        """
        self.env["customer.desk.row"].check_access("read")
        people = self._people()
        if not people:
            raise AccessError(self.env._("Only managers and leaders of a sales team see the desks of others."))
        desks = [self._of_person(person) for person in people[:MOST_PEOPLE]]
        return {"desks": desks, "outcomes": self._outcomes(people), "left_off": max(len(people) - MOST_PEOPLE, 0)}

    @api.model
    def action_read_desk(self, user_id):
        """The desk of one of them, to look at: what that person sees."""
        self.env["customer.desk.row"].check_access("read")
        person = self._person(user_id)
        theirs = self._as(person)
        desk = theirs._desk(self.env.company)
        rows = theirs._rows(desk)
        seen = self.env["customer.desk"]._seen_of(rows.partner_id.ids)
        rows = rows.filtered(lambda row: row.partner_id.id in seen)
        return {"name": person.name, "rows": theirs.env["customer.desk.sheet"]._of_rows(desk, rows)}

    @api.model
    def _as(self, person):
        """My Day as a person sees it in the companies the user works in, and their branches; in the user's language."""
        both = person.sudo().company_ids & self._companies()
        theirs = self.env["customer.desk"].with_user(person)
        return theirs.with_context(allowed_company_ids=both.ids, lang=self.env.lang)

    @api.model
    def _companies(self):
        return self.env["res.company"].sudo().search([("id", "child_of", self.env.companies.ids)])

    @api.model
    def _person(self, user_id):
        """Somebody whose desk the user sees; the user when nobody is named.

        :raise AccessError: for somebody else
        """
        person = self.env["res.users"].browse(whole(self.env, "user_id", user_id) or self.env.uid)
        if person != self.env.user and person not in self._people():
            raise AccessError(self.env._("Only managers and leaders of a sales team see the desks of others."))
        return person

    @api.model
    def _leads(self):
        """Whether the user sees desks of others."""
        if self.env.user.has_group("customer_segmentation.group_manager"):
            return True
        return bool(self.env["crm.team"].sudo().search_count([("user_id", "=", self.env.uid)], limit=1))

    @api.model
    def _people(self):
        """Whose desks the user sees: of everybody who sells in the company, or of the teams the user leads.

        Only of who works where the user does, for in no other company is a desk looked at.
        """
        usable = self._usable_users()
        if self.env.user.has_group("customer_segmentation.group_manager"):
            sellers = self.env.ref("sales_team.group_sale_salesman").sudo().all_user_ids
            return self._with_customers(sellers.filtered(lambda user: user.id in usable))
        teams = self.env["crm.team"].sudo().search([("user_id", "=", self.env.uid)])
        return teams.member_ids.filtered(lambda user: user.id in usable).sorted("name")

    @api.model
    def _usable_users(self):
        company = self.env["customer.desk"]._desk().company
        usable = self.env["customer.playbook.responsible"]._usable_users(company)
        domain = [("id", "in", list(usable)), ("company_ids", "in", self._companies().ids)]
        return set(self.env["res.users"].sudo().search(domain).ids)

    @api.model
    def _with_customers(self, users):
        contacts = self.env["res.partner"].sudo()._read_group([("user_id", "in", users.ids)], ["user_id"])
        owners = {owner for (owner,) in contacts}
        return users.filtered(lambda user: user in owners).sorted("name")

    @api.model
    def _of_person(self, person):
        """Read with the rights of the person, for it is what that person sees."""
        theirs = self._as(person)
        desk = theirs._desk(self.env.company)
        rows = theirs._rows(desk)
        return {
            "user_id": person.id,
            "name": person.name,
            "opened": bool(rows._of_the_list()),
            "done": len(rows.filtered(lambda row: row.state != "open")),
            "total": len(rows),
            "waiting": len(theirs._waiting(rows, theirs._standing(desk))),
        }

    @api.model
    def _outcomes(self, people):
        """What came of the calls of all these people together this month."""
        desk = self.env["customer.desk"]._desk()
        found = (
            self.env["customer.desk.row"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", desk.company.id),
                    ("user_id", "in", people.ids),
                    ("day", ">=", desk.today.replace(day=1)),
                    ("state", "!=", "open"),
                ],
                ["outcome"],
                ["__count"],
            )
        )
        counts = dict(found)
        return [
            {"label": one.label, "count": counts[name]}
            for name, one in self.env["customer.desk.outcome"]._in_order()
            if counts.get(name)
        ]
