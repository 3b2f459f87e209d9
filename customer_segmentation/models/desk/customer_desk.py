"""My Day: what one person does today, a row for each customer.

    action_open_day()     the day of the user: fixed when it is opened first, ticked off by orders, joined by promises
    action_read_team()    the desks of a team, for who leads it

    customer.desk.candidates   who could stand on it
    customer.desk.reason       why: an open list
    customer.desk.outcome      what came of it: an open list
    customer.desk.sheet        what is shown of a row

Kept is who stands on a desk and in which order (`customer.desk.row`); everything else is read anew each time.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.desk import Desk, Standing

BESIDE = -1  # the place before the first: rows that are not of the day's list


class CustomerDesk(models.AbstractModel):
    _name = "customer.desk"
    _description = "My Day"

    @api.model
    def action_open_day(self):
        """The user's day in the company they work in, as plain values: rows, how many are done, how many wait."""
        self.env["customer.desk.row"].check_access("read")
        desk = self._desk()
        first_steps = self.env["customer.segmentation.health"]._first_steps(desk.policy)
        standing = self._standing(desk)
        rows = self._fix(desk, standing)
        self._tick_off(desk, rows, standing)
        return self.env["customer.desk.sheet"]._of_day(desk, rows, len(self._waiting(rows, standing))) | {
            "first_steps": first_steps
        }

    @api.model
    def _desk(self, company=None, user=None):
        """
        :param company: a root company; default that of the company worked in
        :param user: whose; default the user's
        """
        company = (company or self.env.company).sudo().root_id
        policy = self.env["customer.segmentation.policy"]._last_of(company).get(company)
        if not policy:
            raise UserError(self.env._("This company has no policy."))
        return Desk(user or self.env.user, policy, policy._today())

    @api.model
    def action_waiting(self, user_id=None):
        """The customers who have a reason and no row today.

        :param user_id: on whose desk; default the user's
        """
        self.env["customer.desk.row"].check_access("read")
        person = self.env["customer.desk.team"]._person(user_id)
        theirs = self.env["customer.desk.team"]._as(person)
        desk = theirs._desk(self.env.company)
        found = theirs._waiting(theirs._rows(desk), theirs._standing(desk))
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_customers")
        domain = [("company_id", "=", desk.company.id), ("partner_id", "in", found)]
        return dict(action, domain=domain, context={}, display_name=self.env._("Waiting for %s", person.name))

    # ------------------------------------------------------------------ who stands on it

    @api.model
    def _standing(self, desk):
        """Who stands on a desk if it is fixed now."""
        found = self.env["customer.desk.candidates"]._found(desk)
        return Standing(found.promised(desk.today), found.at_stake, found.due(desk.today))

    @api.model
    def _seen_of(self, customer_ids):
        """Those of these customers whose contact the user may see."""
        return set(self.env["res.partner"].search([("id", "in", list(customer_ids))]).ids)

    # ------------------------------------------------------------------ the day is fixed

    @api.model
    def _fix(self, desk, standing):
        """The rows of the day: made when it is opened first; afterwards only new promises join."""
        there = self._there(desk)
        known = set(there.partner_id.ids)
        joining = [customer for customer in standing.promised if customer not in known]
        if not there._of_the_list():
            joining = self._first_customers(desk, standing, known)
            waiting = [customer for customer in standing.promised if customer not in known.union(joining)]
            self._write_rows(desk, waiting, len(there) + len(joining), "waiting")
        self._write_rows(desk, joining, len(there))
        self._reopen(there, standing)
        return self._rows(desk)

    @api.model
    def _there(self, desk):
        """The rows of the day and the promises that did not fit in it."""
        domain = [("user_id", "=", desk.user.id), ("company_id", "=", desk.company.id), ("day", "=", desk.today)]
        return self.env["customer.desk.row"].search(domain, order="sequence, id")

    @api.model
    def _first_customers(self, desk, standing, but=()):
        """Who stands on the desk when it is opened first, in their order.

        :param but: of whom something was said today before
        """
        order = dict.fromkeys([*standing.promised, *standing.at_stake])
        return [customer for customer in order if customer not in but][: self._size(desk)]

    @api.model
    def _reopen(self, rows, standing):
        """Finished rows of whom something was promised since: of who ordered, later than the order was seen."""
        due = standing.due
        again = rows.filtered(
            lambda row: (
                (row.state in ("done", "settled") and row.partner_id.id in due)
                or (row.state == "ordered" and due.get(row.partner_id.id, row.done_at) > row.done_at)
            )
        )
        again.sudo().write({"state": "open"})

    @api.model
    def _rows(self, desk):
        return self._there(desk).filtered(lambda row: row.state != "waiting")

    @api.model
    def _size(self, desk):
        """How many rows a day has; a person may have fewer than the company says."""
        most = desk.policy.desk_rows
        return min(desk.user.sudo().customer_desk_rows or most, most)

    @api.model
    def _row_beside(self, desk, customer):
        """The row of a customer of whom something is said elsewhere; it stands on the desk as done."""
        self._write_rows(desk, customer.ids, BESIDE)
        return self._there(desk).filtered(lambda row: row.partner_id == customer)

    @api.model
    def _write_rows(self, desk, customer_ids, begin, state="open"):
        """Rows of these customers, after `begin` others; of two windows that open the day at once one makes them."""
        if not customer_ids:
            return
        now = fields.Datetime.now()
        self.env.cr.execute_values(
            """INSERT INTO customer_desk_row (user_id, company_id, day, partner_id, sequence, state, create_uid,
                                              write_uid, create_date, write_date)
               VALUES %s ON CONFLICT DO NOTHING""",
            [
                (
                    desk.user.id,
                    desk.company.id,
                    desk.today,
                    customer,
                    place,
                    state,
                    self.env.uid,
                    self.env.uid,
                    now,
                    now,
                )
                for place, customer in enumerate(customer_ids, begin + 1)
            ],
        )
        self.env["customer.desk.row"].invalidate_model()

    # ------------------------------------------------------------------ ticked off

    @api.model
    def _tick_off(self, desk, rows, standing):
        """Open rows of who ordered since, and of those for which there is no reason any more."""
        left = rows.filtered(lambda row: row.state == "open")
        ordered = self._ordered(desk, left)
        gone = left - ordered - self._with_reason(left, standing)
        now = fields.Datetime.now()
        ordered.sudo().write({"state": "ordered", "done_at": now})
        gone.sudo().write({"state": "settled", "done_at": now})

    @api.model
    def _ordered(self, desk, rows):
        """The rows whose customer bought since they stand there."""
        asked = rows._who_may_have_bought()
        if not asked:
            return asked
        found = self.env["customer.transaction"]._first_purchases_after(desk.company, asked._beginnings())
        return rows.browse(found)

    @api.model
    def _with_reason(self, rows, standing):
        """The rows whose customer would stand on the desk if it were fixed now."""
        kept = {*standing.promised, *standing.at_stake}
        return rows.filtered(lambda row: row.partner_id.id in kept)

    # ------------------------------------------------------------------ what waits

    @api.model
    def _waiting(self, rows, standing):
        """The customers with a reason who do not stand on the desk today."""
        there = set(rows.partner_id.ids)
        return [one for one in dict.fromkeys([*standing.promised, *standing.at_stake]) if one not in there]
