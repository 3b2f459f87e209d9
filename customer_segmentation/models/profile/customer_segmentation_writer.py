"""The one statement that writes profiles: rows that changed, each with its transition.

    _write_staged_rows(run, …)    the next staged rows that differ from their profile
    _sql_moved(…)                 the part that writes transitions, for whoever else changes labels

Which columns there are, the profile says (`_staged_fields`), and which of them are labels whose change makes a
transition (`_labels`).
"""

from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ...tools.staged import position_sql, stored_sql


class Written(NamedTuple):
    last_partner_id: int | None
    row_count: int
    changed_count: int


class CustomerSegmentationWriter(models.AbstractModel):
    _name = "customer.segmentation.writer"
    _description = "Writing of Customer Profiles"

    @api.model
    def _write_staged_rows(self, run, after_partner_id, limit, as_of=None, processed=None):
        """Write the next staged rows that differ from their profile, each with its transition.

        :param after_partner_id: only customers with a higher identifier, in their order
        :param as_of: the day of the change; default the run's
        :param processed: whether automation shall ignore the changes; default: at a first run and after a change of
            the rules
        """
        by_rules = False
        if processed is None:
            policy, previous = run.policy_id, run.policy_id.last_run_id
            by_rules = bool(previous) and not self.env["customer.segmentation.rules"]._score_alike(
                policy, previous.policy_version, run.policy_version
            )
            processed = not previous or by_rules
        self.env.cr.execute(
            SQL(
                """WITH staged AS (%(staged)s), changed AS (%(changed)s), inserted AS (%(inserted)s),
                        updated AS (%(updated)s), moved AS (%(moved)s)
                   SELECT (SELECT max(partner_id) FROM staged), (SELECT count(*) FROM staged),
                          (SELECT count(*) FROM changed)""",
                staged=self._sql_staged(run.id, after_partner_id, limit),
                changed=self._sql_changed(run.company_id.id),
                inserted=self._sql_inserted(run.company_id.id, run.id, as_of or run.as_of),
                updated=self._sql_updated(run.id, as_of or run.as_of),
                moved=self._sql_moved(run.id, as_of or run.as_of, processed, by_rules),
            ),
            # A contact deleted at this moment is no error: the step is undone, told, and tried again.
            log_exceptions=False,
        )
        written = Written(*self.env.cr.fetchone())
        if written.changed_count:
            self.env.invalidate_all(flush=False)
        return written

    # ------------------------------------------------------------------ staged rows

    @api.model
    def _sql_columns(self, alias=None):
        """The staged columns, of a table alias if given."""
        return SQL(", ").join(
            SQL.identifier(alias, name) if alias else SQL.identifier(name)
            for name in self.env["customer.segmentation.profile"]._staged_fields()
        )

    @api.model
    def _sql_stored(self, names=None):
        """Columns of the staging table as profiles store them; default all."""
        profiles = self.env["customer.segmentation.profile"]
        staged = profiles._staged_fields()
        return SQL(", ").join(stored_sql(staged[name], profiles._choices(name)) for name in names or staged)

    @api.model
    def _sql_position(self, name, column):
        """The position of a choice in the list of a selection, NULL for none."""
        return position_sql(self.env["customer.segmentation.profile"]._choices(name), column)

    @api.model
    def _sql_staged(self, run_id, after_partner_id, limit):
        return SQL(
            """SELECT partner_id, %s FROM customer_segmentation_staging
                WHERE run_id = %s AND partner_id > %s ORDER BY partner_id LIMIT %s""",
            self._sql_stored(),
            run_id,
            after_partner_id,
            limit,
        )

    # ------------------------------------------------------------------ profiles

    @api.model
    def _sql_changed(self, company_id):
        """Staged rows that differ, with what the profile said before.

        Customers who were deleted, archived or excluded from profiling meanwhile get no profile; OFFSET 0 has each new
        one looked up instead of reading all contacts for every chunk.

        New profiles get their identifier here, so that their transitions need not be joined to what was inserted:
        PostgreSQL knows nothing of how many rows those are and may compare each with each.
        """
        return SQL(
            """SELECT staged.*, profile.id IS NULL AS is_new,
                      COALESCE(profile.id, nextval('customer_segmentation_profile_id_seq')) AS profile_id,
                      profile.tier_since AS from_tier_since, %s
                 FROM staged
                 LEFT JOIN customer_segmentation_profile profile
                   ON profile.partner_id = staged.partner_id AND profile.company_id = %s
                WHERE CASE WHEN profile.id IS NOT NULL THEN (%s) IS DISTINCT FROM (%s)
                           ELSE EXISTS (SELECT FROM res_partner WHERE res_partner.id = staged.partner_id
                                           AND res_partner.active IS DISTINCT FROM FALSE OFFSET 0)
                                AND staged.partner_id NOT IN (%s) END""",
            self._sql_from("profile"),
            company_id,
            self._sql_columns("staged"),
            self._sql_columns("profile"),
            self.env["customer.segmentation.exclusion"]._sql_excluded(company_id),
        )

    @api.model
    def _sql_inserted(self, company_id, run_id, as_of):
        """Profiles of new customers. Only the engine writes profiles, one run at a time: nobody else inserts them."""
        return SQL(
            """INSERT INTO customer_segmentation_profile
                      (id, partner_id, company_id, changed_run_id, segment_since, stage_since, %(names)s)
               SELECT profile_id, partner_id, %(company)s, %(run)s,
                      CASE WHEN segment_id IS NOT NULL THEN %(as_of)s END,
                      CASE WHEN lifecycle_stage IS NOT NULL THEN %(as_of)s END, %(names)s
                 FROM changed
                WHERE is_new""",
            names=self._sql_columns(),
            company=company_id,
            run=run_id,
            as_of=as_of,
        )

    @api.model
    def _sql_updated(self, run_id, as_of):
        profiles = self.env["customer.segmentation.profile"]
        return SQL(
            """UPDATE customer_segmentation_profile profile
                  SET changed_run_id = %(run)s, %(assigned)s,
                      segment_since = CASE WHEN profile.segment_id IS DISTINCT FROM changed.segment_id THEN %(as_of)s
                                           ELSE profile.segment_since END,
                      stage_since = CASE WHEN changed.lifecycle_stage IS NULL THEN NULL
                                         WHEN profile.lifecycle_stage IS DISTINCT FROM changed.lifecycle_stage
                                         THEN %(as_of)s ELSE profile.stage_since END
                 FROM changed
                WHERE profile.id = changed.profile_id AND NOT changed.is_new""",
            run=run_id,
            as_of=as_of,
            assigned=SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), SQL.identifier("changed", name))
                for name in profiles._staged_fields()
            ),
        )

    # ------------------------------------------------------------------ transitions

    @api.model
    def _sql_from(self, alias):
        """The labels of a profile as those a change starts from."""
        return SQL(", ").join(
            SQL("%s AS %s", SQL.identifier(alias, name), SQL.identifier(f"from_{name}"))
            for name in self.env["customer.segmentation.profile"]._labels()
        )

    @api.model
    def _sql_moved(self, run_id, as_of, processed, by_rules=False, reason=None):
        """A transition for each row of `changed` in which a label changes: `from_…` and the label itself.

        :param by_rules: the rules were changed since the last run: who was scored before neither rose nor fell
        :param reason: of a manager; kept even where no label changes
        """
        direction = self._sql_direction()
        if by_rules:
            direction = SQL("CASE WHEN changed.from_abc_class IS NOT NULL THEN 'rules' ELSE %s END", direction)
        before, after = (self._sql_labels("changed", pattern) for pattern in ("from_%s", "%s"))
        return SQL(
            """INSERT INTO customer_segmentation_transition
                      (profile_id, run_id, date, revenue, direction, active, processed, reason, %(starts)s, %(ends)s)
               SELECT changed.profile_id, %(run)s, %(as_of)s, changed.revenue, %(direction)s, TRUE, %(processed)s,
                      %(reason)s, %(before)s, %(after)s
                 FROM changed
                 %(ranked)s
                WHERE %(kept)s""",
            run=run_id,
            as_of=as_of,
            processed=processed,
            direction=direction,
            reason=reason or None,
            starts=self._sql_labels(None, "from_%s"),
            ends=self._sql_labels(None, "to_%s"),
            before=before,
            after=after,
            ranked=self._sql_ranked(),
            kept=SQL("TRUE") if reason else SQL("(%s) IS DISTINCT FROM (%s)", before, after),
        )

    @api.model
    def _sql_labels(self, alias, pattern):
        """The columns of the labels, named by a pattern: `from_%s`, `to_%s` of a change."""
        names = [pattern % name for name in self.env["customer.segmentation.profile"]._labels()]
        return SQL(", ").join(SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in names)

    @api.model
    def _sql_direction(self):
        """Up, down or the same: of the rows of `changed`, joined to `_sql_ranked`."""
        labels = sorted(self.env["customer.segmentation.profile"]._labels().items(), key=lambda item: item[1].order)
        return SQL("CASE %s ELSE 'same' END", SQL(" ").join(self._sql_way(name, label) for name, label in labels))

    @api.model
    def _sql_way(self, name, label):
        """Whether a label is better or worse than before."""
        return SQL(
            "WHEN %(judged)s AND %(old)s > %(new)s THEN 'up' WHEN %(judged)s AND %(old)s < %(new)s THEN 'down'",
            judged=label.judged or SQL("TRUE"),
            old=self._sql_rank(name, label, "old"),
            new=self._sql_rank(name, label, "new"),
        )

    @api.model
    def _sql_rank(self, name, label, time):
        """How good the label of a row of `changed` was (old) or is (new): smaller is better."""
        if label.table:
            return label.rank(SQL.identifier(f"{time}_{name}"))
        position = self._sql_position(name, SQL.identifier("changed", f"from_{name}" if time == "old" else name))
        return position if label.best_first else SQL("-%s", position)

    @api.model
    def _sql_ranked(self):
        """The records that the labels of `changed` name, before and after."""
        return SQL(" ").join(
            SQL(
                """LEFT JOIN %(table)s %(old)s ON %(old)s.id = %(before)s
                 LEFT JOIN %(table)s %(new)s ON %(new)s.id = %(after)s""",
                table=SQL.identifier(label.table),
                old=SQL.identifier(f"old_{name}"),
                new=SQL.identifier(f"new_{name}"),
                before=SQL.identifier("changed", f"from_{name}"),
                after=SQL.identifier("changed", name),
            )
            for name, label in self.env["customer.segmentation.profile"]._labels().items()
            if label.table
        )
