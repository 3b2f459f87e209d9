from odoo import api, fields, models
from odoo.tools import SQL, sql

from ...tools.labels import LIFECYCLE_STAGES
from ...tools.staged import column_type, on_the_wire

PROSPECT = [name for name, _label in LIFECYCLE_STAGES].index("prospect") + 1


class CustomerSegmentationStaging(models.Model):
    """Freshly computed rows of one run, waiting to be compared with the profiles.

    What makes a run resumable: scores are computed once and staged, then compared and written chunk by chunk, each
    chunk in its own transaction. The rows of a run are deleted when it ends.

    Besides the fields below it has a column for each field of the profile that is declared `staged=True`, of the type
    that binary COPY needs and without foreign key (`_fit_staging`).
    """

    _name = "customer.segmentation.staging"
    _description = "Computed Profile Waiting to Be Written"
    _log_access = False

    run_id = fields.Integer(required=True)
    partner_id = fields.Integer(required=True)

    _run_partner = models.Index("(run_id, partner_id)")

    def init(self):
        # Staged rows are worth nothing after a crash (the run stages them again): no write-ahead log for them.
        self.env.cr.execute(SQL("SELECT relpersistence FROM pg_class WHERE oid = %s::regclass", self._table))
        if self.env.cr.fetchone()[0] != "u":
            self.env.cr.execute(SQL("ALTER TABLE %s SET UNLOGGED", SQL.identifier(self._table)))
        self._fit_staging()

    @api.model
    def _fit_staging(self, leaving=()):
        """Have a column for each staged field of the profile, of its type, and none for a field that is gone.

        Odoo does not: an addon that brings such a field extends the profile, and does not know this table.

        :param leaving: fields of an addon that is being uninstalled
        """
        staged = self.env["customer.segmentation.profile"]._staged_fields()
        asked = {name: column_type(field) for name, field in staged.items() if name not in leaving}
        there = self._column_types()
        gone = [name for name, kind in there.items() if asked.get(name) != kind]
        missing = {name: kind for name, kind in asked.items() if there.get(name) != kind}
        changes = [SQL("DROP COLUMN %s", SQL.identifier(name)) for name in gone]
        changes += [SQL("ADD COLUMN %s %s", SQL.identifier(name), SQL(kind)) for name, kind in missing.items()]
        if changes:
            table = SQL.identifier(self._table)
            self.env.cr.execute(SQL("ALTER TABLE %s %s", table, SQL(", ").join(changes)))
            # Rows that were staged with other columns say too little: their runs stage them again.
            self.env.cr.execute(SQL("TRUNCATE %s", table))

    @api.model
    def _column_types(self):
        """The types of the columns that are there besides the model's own fields, by name."""
        own = {name for name, field in self._fields.items() if field.store}
        columns = sql.table_columns(self.env.cr, self._table).items()
        return {name: column["udt_name"] for name, column in columns if name not in own}

    @api.model
    def _stage_scores(self, run_id, scoring, **same):
        """Append the computed rows of a run.

        :param same: what all rows say in further columns of this table, as numbers
        """
        if not scoring.facts.empty:
            customers = scoring.facts["partner_id"]
            self._stage_columns(run_id, customers, scoring.columns, scoring.decimal_places, **same)

    @api.model
    def _stage_columns(self, run_id, partner_ids, columns, decimal_places, **same):
        """Append a row for each customer.

        :param columns: arrays by the names of staged fields, as `on_the_wire` takes them; other fields stay empty
        """
        import numpy as np  # loaded by the job only

        from ...tools import binary_copy

        of_all = {name: np.full(len(partner_ids), value) for name, value in {"run_id": run_id, **same}.items()}
        values = {"partner_id": partner_ids, **of_all}
        types = dict.fromkeys(values, binary_copy.INTEGER)
        staged = self.env["customer.segmentation.profile"]._staged_fields()
        for name, array in columns.items():
            values[name] = on_the_wire(staged[name], array, decimal_places)
            types[name] = binary_copy.type_of(values[name])
        binary_copy.write(self.env.cr, self._table, types, values)

    @api.model
    def _stage_customers_without_purchase(self, run_id, company, as_of, partner_ids=None):
        """Append a row for each prospect, and an empty one for each profile whose customer has no purchase any more.

        A tier set by hand stays. Customers left aside get no row: their profiles are removed.
        """
        self.env["customer.segmentation.profile"].flush_model()
        exclusions = self.env["customer.segmentation.exclusion"]
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_segmentation_staging
                       (run_id, partner_id, order_count, revenue, average_order_value, lifetime_order_count,
                        lifetime_revenue, refund_total, average_monthly_revenue, purchase_day_count, lifecycle_stage,
                        tier_id, tier_since)
                   SELECT %(run)s, partner_id, 0, 0, 0, 0, 0, 0, 0, 0,
                          CASE WHEN prospect.partner_id IS NOT NULL THEN %(stage)s END,
                          CASE WHEN profile.tier_locked_until >= %(as_of)s THEN profile.tier_id END,
                          CASE WHEN profile.tier_locked_until >= %(as_of)s THEN profile.tier_since END
                     FROM (SELECT partner_id, tier_id, tier_since, tier_locked_until FROM customer_segmentation_profile
                            WHERE company_id = %(company)s AND %(only)s
                              AND partner_id NOT IN (%(left_aside)s)) profile
                     FULL JOIN (%(prospects)s) prospect USING (partner_id)
                    WHERE NOT EXISTS (SELECT FROM customer_segmentation_staging staged
                                       WHERE staged.run_id = %(run)s
                                         AND staged.partner_id = COALESCE(profile.partner_id, prospect.partner_id))""",
                run=run_id,
                company=company.id,
                as_of=as_of,
                stage=PROSPECT,
                only=SQL("TRUE") if partner_ids is None else SQL("partner_id = ANY(%s)", list(partner_ids)),
                prospects=self._prospects(company, partner_ids),
                left_aside=exclusions._sql_left_aside(company.id, partner_ids),
            )
        )

    @api.model
    def _prospects(self, company, partner_ids=None):
        """Customers with an open quotation, or a lead or opportunity that is not lost, in the company or its branches.

        A lead without company counts in every company, as everybody may take it up. Customers left aside do not.
        """
        self.env["sale.order"].flush_model()
        self.env["crm.lead"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        documents = SQL(
            """SELECT partner_id, company_id FROM sale_order WHERE state IN ('draft', 'sent') AND %(only)s
                UNION
               SELECT partner_id, company_id FROM crm_lead
                WHERE active AND won_status IS DISTINCT FROM 'lost' AND %(only)s""",
            only=SQL("TRUE")
            if partner_ids is None
            else SQL(
                "partner_id IN (SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s))", list(partner_ids)
            ),
        )
        return SQL(
            """SELECT contact.commercial_partner_id AS partner_id
                 FROM (%s) document
                 JOIN res_partner contact ON contact.id = document.partner_id
                 LEFT JOIN res_company branch ON branch.id = document.company_id
                WHERE contact.commercial_partner_id IS NOT NULL AND contact.commercial_partner_id NOT IN (%s)
                  AND (branch.id IS NULL OR split_part(branch.parent_path, '/', 1)::int = %s)
                GROUP BY contact.commercial_partner_id""",
            documents,
            self.env["customer.segmentation.exclusion"]._sql_left_aside(company.id, partner_ids),
            company.id,
        )

    @api.model
    def _count(self, run_id):
        self.env.cr.execute(SQL("SELECT count(*) FROM customer_segmentation_staging WHERE run_id = %s", run_id))
        return self.env.cr.fetchone()[0]

    @api.model
    def _has_rows(self, run_id):
        """Asked at every step of a run: counting would take longer the more customers there are."""
        self.env.cr.execute(SQL("SELECT FROM customer_segmentation_staging WHERE run_id = %s LIMIT 1", run_id))
        return bool(self.env.cr.rowcount)

    @api.model
    def _drop(self, run_id):
        self.env.cr.execute(SQL("DELETE FROM customer_segmentation_staging WHERE run_id = %s", run_id))
