"""Activities of playbooks: found by a filter, answered where they are marked done, and hidden from who may not see."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.sql import table_exists

from ...tools.people import language_of


class MailActivity(models.Model):
    _name = "mail.activity"
    _inherit = ["mail.activity", "customer.engine.fields"]

    customer_playbook_entry_id = fields.Many2one(
        "customer.playbook.entry",
        string="Playbook Entry",
        readonly=True,
        engine_only=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="customer_segmentation.group_user",
        help="The playbook that asked for this activity.",
    )

    # Kept when the entry is deleted: the texts of what was done are still about this company's customer.
    customer_playbook_company_id = fields.Many2one(
        "res.company",
        string="Company of the Playbook Entry",
        readonly=True,
        engine_only=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        groups="customer_segmentation.group_user",
        help="The company whose customer the playbook is about.",
    )

    from_playbook = fields.Boolean(
        compute="_compute_from_playbook",
        search="_search_from_playbook",
        string="From Playbooks",
        help="A playbook of Customer Segmentation asked for this activity.",
    )

    def _init_column(self, column_name):
        """Activities from before the company was kept."""
        if column_name != "customer_playbook_company_id":
            return super()._init_column(column_name)
        if table_exists(self.env.cr, "customer_playbook_entry"):
            self.env.cr.execute(
                """UPDATE mail_activity activity SET customer_playbook_company_id = entry.company_id
                     FROM customer_playbook_entry entry WHERE entry.id = activity.customer_playbook_entry_id"""
            )
        return None

    # ------------------------------------------------------------------ found by a filter, answered where done

    @api.depends("customer_playbook_entry_id")
    def _compute_from_playbook(self):
        for activity in self:
            activity.from_playbook = bool(activity.sudo().customer_playbook_entry_id)

    @api.model
    def _search_from_playbook(self, operator, value):
        if operator != "in":
            return NotImplemented
        own = Domain("id", "in", self.sudo()._search([("customer_playbook_entry_id", "!=", False)], active_test=False))
        return Domain.OR(own if wanted else ~own for wanted in value)

    def action_answer_playbook(self):
        """Ask what came of it."""
        self.ensure_one()
        self.check_access("read")
        entry = self.sudo().customer_playbook_entry_id
        if not entry:
            raise UserError(self.env._("No playbook asked for this activity: mark it done instead."))
        return entry.with_env(self.env)._ask(self)

    def _to_store_defaults(self, target):
        return [*super()._to_store_defaults(target), "from_playbook"]

    # ------------------------------------------------------------------ what they stand on

    @api.constrains("res_model_id", "res_model")
    def _check_stands_on_no_row_of_ours(self):
        self.env["customer.activities"]._refuse_activities_on(
            {*self.mapped("res_model_id.model"), *self.mapped("res_model")}  # a request may set them apart
        )

    # ------------------------------------------------------------------ who reads and changes them

    @api.model
    def _domain_of_hidden(self):
        """Activities of playbooks that are not for the user: neither the own ones nor, for who may read amounts,
        those of the companies worked in. The same as the record rule, which Odoo asks on some ways only.
        """
        hidden = Domain("customer_playbook_company_id", "!=", False) & Domain("user_id", "!=", self.env.uid)
        if self.env.user.has_group("customer_segmentation.group_user"):
            hidden &= ~Domain("customer_playbook_company_id", "parent_of", self.env.companies.ids)
        return hidden

    def _check_access(self, operation):
        """Odoo lets whoever may write on a contact change its activities, whatever the record rules say."""
        result = super()._check_access(operation)
        hidden = self.browse(self.sudo().filtered_domain(self._domain_of_hidden()).ids)
        if not hidden or (result and hidden <= result[0]):
            return result
        forbidden = (result[0] if result else self.browse()) | hidden
        return forbidden, lambda: forbidden._make_access_error(operation)

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        """A search for contacts by their activities passes by the rules: it must not find by texts nobody shows."""
        if bypass_access and not self.env.su:
            hidden = self.sudo().with_context(active_test=False)._search(self._domain_of_hidden())
            domain = Domain(domain) & ~Domain("id", "in", hidden)
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)

    # ------------------------------------------------------------------ what happens to the entries

    def _open_playbook_entries(self):
        entries = self.sudo().customer_playbook_entry_id
        return entries.filtered(lambda entry: entry.state == "open")

    def write(self, vals):
        """A done activity is archived: its entry is done, too. Another person on it is the entry's responsible."""
        entries = self._open_playbook_entries() if vals.keys() & {"active", "user_id"} else None
        user = self.env["res.users"].browse(vals.get("user_id"))
        if user:
            self.check_access("write")
            self._check_may_get(user)
            self._say_to(user)  # before Odoo tells the person in the words of the activity
        result = super().write(vals)
        if entries and "active" in vals and not vals["active"]:
            entries._activities_done()
        if entries and user:
            entries.write({"user_id": user.id})
        return result

    def _check_may_get(self, user):
        """Hand activities over only to people of the company whose customer they are about."""
        for company in self.sudo().customer_playbook_company_id:
            if not self.env.su and user.id not in self.env["customer.playbook.responsible"]._usable_users(company):
                raise UserError(
                    self.env._(
                        "%(user)s does not work in %(company)s, whose customer this is about.",
                        user=user.sudo().name,
                        company=company.name,
                    )
                )

    def _say_to(self, user):
        """Write the texts anew for a user who may not read the amounts that are in them."""
        if user.has_group("customer_segmentation.group_user"):
            return
        for activity in self.sudo():
            entry = activity.customer_playbook_entry_id
            if entry.profile_id and entry.playbook_id.action_kind == "activity":
                speaking = entry.with_context(lang=language_of(self.env, user))
                # What every employee may read needs no rights of an author, who may have left.
                text, profile = speaking.env["customer.playbook.text"], speaking.profile_id
                activity.summary, activity.note = text._texts_for(speaking.playbook_id, profile, user)[profile.id]

    def _action_done(self, feedback=False, attachment_ids=None):
        entries = self._open_playbook_entries()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if entries and feedback:
            entries._activities_done(reason=feedback)
        return result

    def unlink(self):
        entries = self._open_playbook_entries()
        result = super().unlink()
        if entries:
            entries._activities_deleted()
        return result
