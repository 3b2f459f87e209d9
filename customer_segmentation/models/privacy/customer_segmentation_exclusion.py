"""Customers who are not profiled: no scores, no playbooks, nothing computed, until a manager ends it.

    create()         profile, labels on orders, group memberships and playbooks of the customer go at once
    _left_aside()    asked wherever customers come in (purchases, prospects, new profiles): nothing brings it back
    unlink()         the customer is profiled again with the next refresh

A row is about a commercial entity; that of a contact who moved into a company rests until it leaves it again. Archived
customers are left aside in the same way, as long as they are archived.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...tools.words import some_of

REASONS = [
    ("objection", "The customer objects to profiling"),
    ("own", "Belongs to us: own company or employee"),
    ("test", "No real customer: test or collective account"),
    ("other", "Other reason"),
]
FIXED = {"partner_id", "company_id", "user_id"}


class CustomerSegmentationExclusion(models.Model):
    _name = "customer.segmentation.exclusion"
    _inherit = ["customer.guarded", "customer.row"]
    _description = "Customer Excluded from Profiling"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _customer_path = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        index=True,
        help="A contact stands for its company: all of them are excluded together.",
    )
    company_id = fields.Many2one(
        "res.company",
        string="Only in Company",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('parent_id', '=', False)]",
        default=lambda self: self._default_company(),
        help="Excluded in this company and its branches only. Empty: excluded in every company.",
    )
    reason = fields.Selection(REASONS, required=True, default="objection", help="Shown on the customer.")
    note = fields.Char(help="What to know about it, such as how the customer told us. Shown on the customer.")
    date = fields.Date(string="Since", required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        string="Excluded by",
        readonly=True,
        engine_only=True,
        default=lambda self: self.env.user,
        ondelete="set null",
    )

    # A constraint, not a unique index: merging contacts in Odoo looks for constraints only.
    _partner_company_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)", "This customer is excluded from profiling in this company already."
    )
    _everywhere_unique = models.UniqueIndex(
        "(partner_id) WHERE company_id IS NULL", "This customer is excluded from profiling in every company already."
    )

    # ------------------------------------------------------------------ checks

    @api.constrains("reason", "note")
    def _check_note(self):
        for exclusion in self:
            if exclusion.reason == "other" and not (exclusion.note or "").strip():
                raise ValidationError(self.env._("Type why the customer is excluded: the note is empty."))

    @api.constrains("date")
    def _check_date(self):
        for exclusion in self:
            if exclusion.date > fields.Date.context_today(exclusion):
                raise ValidationError(
                    self.env._(
                        "The exclusion begins on %s, which is in the future. It takes effect at once: type today or a "
                        "day before.",
                        format_date(self.env, exclusion.date),
                    )
                )

    @api.model
    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group("customer_segmentation.group_manager"):
            raise AccessError(
                self.env._("Only managers of Customer Segmentation decide who is profiled; ask one of them.")
            )

    @api.model
    def _companies_elsewhere(self):
        """The companies with customers of their own in which the user may not work."""
        scored = self.env["customer.segmentation.policy"].sudo().search([]).company_id
        return scored - self.env.user.sudo().company_ids.root_id

    @api.model
    def _default_company(self):
        """Every company for who may decide about all of them."""
        elsewhere = not self.env.su and self._companies_elsewhere()
        return self.env.company.sudo().root_id if elsewhere else False

    def _check_everywhere(self):
        """What holds in every company is decided by whoever works in all of them."""
        everywhere = self.filtered(lambda exclusion: not exclusion.company_id)
        if everywhere and not self.env.su and self._companies_elsewhere():
            raise AccessError(
                self.env._(
                    "This is about every company, and you do not work in all of them. Decide for your company only, or "
                    "ask a manager who works in all companies."
                )
            )

    # ------------------------------------------------------------------ beginning and end

    @api.model_create_multi
    def create(self, vals_list):
        self._check_manager()
        self._check_references(vals_list)
        vals_list = [self._of_customer(vals) for vals in vals_list]
        exclusions = super().create(vals_list)
        exclusions._check_everywhere()
        exclusions._take_effect()
        exclusions._note(exclusions._notes_of_begin())
        return exclusions

    @api.model
    def _of_customer(self, vals):
        """The same values about the commercial entity and the root company."""
        given = {name: self._identifier(self._fields[name], vals.get(name)) for name in ("partner_id", "company_id")}
        fixed = {"partner_id": self.env["res.partner"].browse(given["partner_id"]).commercial_partner_id.id}
        if given["company_id"]:
            fixed["company_id"] = self.env["res.company"].browse(given["company_id"]).sudo().root_id.id
        return vals | fixed

    def write(self, vals):
        if FIXED & vals.keys():
            raise UserError(
                self.env._("Who is excluded and where cannot be changed. Profile the customer again and exclude anew.")
            )
        self._check_manager()
        self._check_everywhere()
        return super().write(vals)

    def unlink(self):
        self._check_manager()
        self._check_everywhere()
        ended = [(exclusion.partner_id, exclusion.company_id) for exclusion in self]
        notes = {
            customer.id: self.env._("Profiled again: the exclusion from profiling was ended.")
            for customer in self.partner_id
        }
        self._note(notes)
        result = super().unlink()
        self._forget_cached()
        for customer, company in ended:
            self._enqueue(customer, company)
        return result

    def _enqueue(self, customers, company):
        queue = self.env["customer.segmentation.queue"].sudo()
        if company:
            queue._enqueue(customers, company)
        else:
            queue._enqueue_everywhere(customers)

    def action_profile_again(self):
        """End the exclusion: the customers are scored again within a minute."""
        self._check_manager()
        if not self:
            raise UserError(self.env._("None of the chosen customers is excluded from profiling here."))
        names = some_of(self.env, self.partner_id.mapped("display_name"), 5)
        self.unlink()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Profiled again, usually within a minute: %s", names),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------------ effect

    @api.model
    def _companies_ever_scored(self):
        """Those that are not scored any more included: what was computed there is kept."""
        policies = self.env["customer.segmentation.policy"].sudo().with_context(active_test=False)
        return policies.search(self.env["customer.segmentation.rest"]._live_domain()).company_id

    def _take_effect(self):
        """Remove at once what was computed about these customers.

        They are queued as well: a run that looked before this is committed may write what it knew.
        """
        self.env.flush_all()
        for exclusions in self.sudo().grouped("company_id").values():
            customers = exclusions.partner_id
            companies = exclusions.company_id or self._companies_ever_scored()
            for company in companies:
                self._remove_traces(company, customers)
            self._enqueue(customers, exclusions.company_id)
        self._forget_cached()

    @api.model
    def _remove_traces(self, company, customers):
        """What was computed about customers in one company, and what followed from it and is still going on."""
        self.env["customer.segmentation.removal"].sudo()._remove_left_aside(company, customers.ids)
        self._clear_labels_of_orders(company, customers)
        self._clear_desks(company, customers)
        self.env["customer.segmentation.report"]._forget_customers(customers, company)

    @api.model
    def _clear_desks(self, company, customers):
        """Rows of My Day, with what people said there of the customers."""
        rows = self.env["customer.desk.row"].sudo()
        rows.search([("company_id", "=", company.id), ("partner_id", "in", customers.ids)]).unlink()

    @api.model
    def _labels_of_orders(self):
        """The columns in which an order remembers where its customer stood; an addon adds its own."""
        return ("segment_at_order_id", "tier_at_order_id", "pricelist_tier_id", "payment_term_tier_id")

    @api.model
    def _clear_labels_of_orders(self, company, customers):
        """Segment and tier that orders and quotations remember; prices and terms stay as they were agreed."""
        names = self._labels_of_orders()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE sale_order SET %s FROM res_partner contact, res_company branch
                    WHERE contact.id = sale_order.partner_id AND branch.id = sale_order.company_id
                      AND contact.commercial_partner_id = ANY(%s)
                      AND split_part(branch.parent_path, '/', 1)::int = %s AND COALESCE(%s) IS NOT NULL""",
                SQL(", ").join(SQL("%s = NULL", SQL.identifier(name)) for name in names),
                customers.ids,
                company.id,
                SQL(", ").join(SQL.identifier("sale_order", name) for name in names),
            )
        )
        self.env["sale.order"].invalidate_model(names)

    @api.model
    def _forget_cached(self):
        """What contacts, orders and leads say does not depend on a field of an exclusion."""
        self.env.invalidate_all()

    # ------------------------------------------------------------------ who is left aside

    @api.model
    def _sql_excluded(self, company_id):
        """The commercial entities excluded in a root company, as a query."""
        return SQL(
            """SELECT exclusion.partner_id FROM customer_segmentation_exclusion exclusion
                WHERE exclusion.company_id IS NULL OR exclusion.company_id = %s""",
            company_id,
        )

    @api.model
    def _sql_left_aside(self, company_id, customer_ids=None):
        """The contacts nothing is computed about in a root company, excluded or archived, as a query.

        :param customer_ids: only these; None for all
        """
        self.flush_model()
        self.env["res.partner"].flush_model(["active"])
        only = SQL("TRUE") if customer_ids is None else SQL("partner.id = ANY(%s)", list(customer_ids))
        return SQL(
            """SELECT excluded.partner_id FROM (%s) excluded
                UNION ALL
               SELECT partner.id FROM res_partner partner WHERE NOT partner.active AND %s""",
            self._sql_excluded(company_id),
            only,
        )

    @api.model
    def _left_aside(self, company, customer_ids=None):
        """The same as a list."""
        return [row[0] for row in self.env.execute_query(self._sql_left_aside(company.id, customer_ids))]

    @api.model
    def _domain_of_contacts(self, company):
        """Contacts whose customer is excluded in a root company."""

        def excluded(model, alias, query):
            customer = model.sudo()._field_to_sql(alias, "commercial_partner_id", query)
            return SQL("COALESCE(%s IN (%s), FALSE)", customer, self._sql_excluded(company.id))

        self.sudo().flush_model()
        return Domain.custom(to_sql=excluded)

    @api.model
    def _of(self, customers, company):
        """The exclusion of each commercial entity that is excluded in a company, by identifier of the customer."""
        found = self.sudo().search(
            [("partner_id", "in", customers._origin.ids), ("company_id", "in", [False, company.sudo().root_id.id])]
        )
        by_scope = found.sorted(lambda exclusion: not exclusion.company_id)  # that of every company counts
        return {exclusion.partner_id.id: exclusion for exclusion in by_scope}

    # ------------------------------------------------------------------ words

    def _reason_in_words(self):
        label = dict(self._fields["reason"]._description_selection(self.env))[self.reason]
        if self.reason == "other":
            return self.note
        return self.env._("%(reason)s: %(note)s", reason=label, note=self.note) if self.note else label

    def _in_words(self):
        """What the contact says, in the reader's language."""
        self.ensure_one()
        return self.env._(
            "Excluded from profiling since %(day)s, by %(user)s. %(reason)s",
            day=format_date(self.env, self.date),
            user=self.user_id.name or self.env._("nobody"),
            reason=self._reason_in_words(),
        )

    def _notes_of_begin(self):
        return {
            exclusion.partner_id.id: self.env._(
                "Excluded from profiling: scores, history of segments and follow-ups by playbooks are removed."
            )
            for exclusion in self
        }

    @api.model
    def _note(self, notes):
        """Note on the contacts what was decided, so that it can be told later who decided it and when.

        Not why: whoever sees the contact reads it, people of other companies, too.
        """
        self.env["res.partner"].browse(notes).sudo()._message_log_batch(bodies=notes)

    # ------------------------------------------------------------------ contacts that are merged

    @api.model
    def _move_to_survivor(self, losers, survivor):
        """Before a merge: whoever was excluded stays so, with the oldest exclusion of each company."""
        customer = survivor.commercial_partner_id
        everybody = (losers | customer).ids
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """DELETE FROM customer_segmentation_exclusion newer USING customer_segmentation_exclusion older
                    WHERE newer.partner_id = ANY(%(all)s) AND older.partner_id = ANY(%(all)s)
                      AND newer.company_id IS NOT DISTINCT FROM older.company_id
                      AND (older.date, older.id) < (newer.date, newer.id)""",
                all=everybody,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE customer_segmentation_exclusion SET partner_id = %s WHERE partner_id = ANY(%s)",
                customer.id,
                losers.ids,
            )
        )
        self.env.invalidate_all(flush=False)

    @api.model
    def _after_merge(self, survivors):
        """What the merge brought together about an excluded customer goes."""
        self.sudo().search([("partner_id", "in", survivors.commercial_partner_id.ids)])._take_effect()
