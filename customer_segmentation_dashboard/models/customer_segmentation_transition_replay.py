"""How replayed changes and those seen live become one history of each customer, without a gap and without a double.

    replayed                         live
    – → A   A → B        B → C   then  C → C   D …
    30 Apr  31 May       31 Aug        10 Sep (the first one)

What a customer was before the first live change nobody knew: it starts from nothing. A replay makes it start from where
the replay has come to, month-end by month-end (`_write_month`). When it says nothing new in the end, it is folded into
the last replayed change, which keeps what is needed to unfold it (`_fold_first_changes`, `_forget_replays`).
"""

from odoo import api, fields, models
from odoo.tools import SQL

# Of a change that is folded; the labels are those of the change it is folded into, the identifier that of entries.
KEPT = {"id": "int", "run_id": "int", "date": "date", "revenue": "numeric", "processed": "boolean"}


class CustomerSegmentationTransition(models.Model):
    _inherit = "customer.segmentation.transition"

    kind = fields.Selection(
        related="run_id.kind",
        string="Seen",
        help="Live: the change was seen when it happened. Replay: it was worked out later, from the documents and "
        "rules of the day of the replay.",
    )
    folded = fields.Json(
        readonly=True,
        help="Of the last replayed change: the first live change that says the same and is shown by this one.",
    )

    @api.model
    def _sql_first_live(self, profile):
        """The first change of a profile that was seen live, to be joined laterally."""
        return SQL(
            """(SELECT change.* FROM customer_segmentation_transition change
                  JOIN customer_segmentation_run run ON run.id = change.run_id AND run.kind = 'live'
                 WHERE change.profile_id = %s ORDER BY change.date, change.id LIMIT 1)""",
            profile,
        )

    # ------------------------------------------------------------------ a month-end

    @api.model
    def _write_month(self, run, month_end, earlier):
        """A change for each customer with a profile whose labels differ from those of the month-end before."""
        self.env.flush_all()
        writer = self.env["customer.segmentation.writer"]
        self.env.cr.execute(
            SQL(
                """WITH changed AS (
                       SELECT staged.*, profile.id AS profile_id, %(before)s, before.tier_since AS from_tier_since
                         FROM (%(staged)s) staged
                         JOIN customer_segmentation_profile profile
                           ON profile.partner_id = staged.partner_id AND profile.company_id = %(company)s
                         LEFT JOIN (%(earlier)s) before ON before.partner_id = staged.partner_id)
                   %(moved)s""",
                before=writer._sql_from("before"),
                staged=writer._sql_staged_month(run.id, month_end),
                earlier=writer._sql_staged_month(run.id, earlier),
                company=run.company_id.id,
                moved=writer._sql_moved(run.id, month_end, processed=True),
            )
        )
        # Thousands of rows since PostgreSQL last counted them: what it plans for a handful takes minutes.
        self.env.cr.execute("ANALYZE customer_segmentation_transition (profile_id, run_id, date)")
        self._join_first_changes(run, month_end)
        self.env.invalidate_all(flush=False)

    @api.model
    def _join_first_changes(self, run, month_end):
        """Let the first live change of whoever moved at a month-end start from where this one went."""
        profiles = self.env["customer.segmentation.profile"]
        writer = self.env["customer.segmentation.writer"]
        labels = profiles._labels()
        came = SQL(", ").join(
            SQL("%s AS %s", SQL.identifier("moved", "to_" + name), SQL.identifier("from_" + name)) for name in labels
        )
        went = SQL(", ").join(
            SQL("%s AS %s", SQL.identifier("first", "to_" + name), SQL.identifier(name)) for name in labels
        )
        self.env.cr.execute(
            SQL(
                """UPDATE customer_segmentation_transition live
                      SET (%(names)s, direction) = ROW(%(joined)s, joined.new_direction)
                     FROM (SELECT changed.*, %(direction)s AS new_direction
                             FROM (SELECT first.id, %(came)s, %(went)s, %(judged)s::date AS from_tier_since
                                     FROM customer_segmentation_transition moved
                                     JOIN LATERAL %(first)s first ON TRUE
                                    WHERE moved.run_id = %(run)s AND moved.date = %(day)s) changed
                             %(ranked)s) joined
                    WHERE live.id = joined.id""",
                names=writer._sql_labels(None, "from_%s"),
                joined=writer._sql_labels("joined", "from_%s"),
                came=came,
                went=went,
                direction=writer._sql_direction(),
                ranked=writer._sql_ranked(),
                judged=month_end if run.policy_id.tier_ids else None,
                first=self._sql_first_live(SQL("moved.profile_id")),
                run=run.id,
                day=month_end,
            )
        )

    # ------------------------------------------------------------------ the end and the next beginning

    @api.model
    def _fold_first_changes(self, run):
        """Fold first live changes that end where they start into the last replayed change of the customer."""
        writer = self.env["customer.segmentation.writer"]
        kept = SQL(", ").join(SQL("%s, same.%s", name, SQL.identifier(name)) for name in KEPT)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH last AS (SELECT DISTINCT ON (profile_id) id, profile_id FROM customer_segmentation_transition
                                  WHERE run_id = %(run)s ORDER BY profile_id, date DESC, id DESC),
                        same AS (SELECT first.*, last.id AS last_id FROM last
                                   JOIN LATERAL %(first)s first ON TRUE
                                  WHERE (%(came)s) IS NOT DISTINCT FROM (%(went)s)),
                        kept AS (UPDATE customer_segmentation_transition last
                                    SET folded = jsonb_build_object(%(kept)s)
                                   FROM same WHERE last.id = same.last_id),
                        entered AS (UPDATE customer_playbook_entry entry SET transition_id = same.last_id
                                      FROM same WHERE entry.transition_id = same.id)
                   DELETE FROM customer_segmentation_transition change USING same WHERE change.id = same.id""",
                run=run.id,
                first=self._sql_first_live(SQL("last.profile_id")),
                kept=kept,
                came=writer._sql_labels("first", "from_%s"),
                went=writer._sql_labels("first", "to_%s"),
            )
        )
        self.env.invalidate_all(flush=False)

    @api.model
    def _forget_replays(self, policy):
        """Remove all replayed changes of a policy; every customer's history starts from nothing with the live ones."""
        self.env.flush_all()
        replayed = SQL(
            """customer_segmentation_transition replayed
                 JOIN customer_segmentation_run replay
                   ON replay.id = replayed.run_id AND replay.kind = 'replay' AND replay.policy_id = %s""",
            policy.id,
        )
        for statement in (self._sql_unfold(replayed), self._sql_entries_back(replayed), self._sql_part(replayed)):
            self.env.cr.execute(statement)
        self.env.cr.execute(
            SQL(
                """DELETE FROM customer_segmentation_transition change USING customer_segmentation_run run
                    WHERE run.id = change.run_id AND run.kind = 'replay' AND run.policy_id = %s""",
                policy.id,
            )
        )
        self.env.invalidate_all(flush=False)

    @api.model
    def _sql_unfold(self, replayed):
        """The first live changes that were folded, as they were."""
        writer = self.env["customer.segmentation.writer"]
        kept = SQL(", ").join(SQL("(folded->>%s)::%s", name, SQL(kind)) for name, kind in KEPT.items())
        return SQL(
            """INSERT INTO customer_segmentation_transition (%s, profile_id, direction, %s)
               SELECT %s, replayed.profile_id, 'same', %s FROM %s
                WHERE EXISTS (SELECT FROM customer_segmentation_run run WHERE run.id = (folded->>'run_id')::int)""",
            SQL(", ").join(map(SQL.identifier, KEPT)),
            writer._sql_labels(None, "to_%s"),
            kept,
            writer._sql_labels("replayed", "to_%s"),
            replayed,
        )

    @api.model
    def _sql_entries_back(self, replayed):
        """Playbook entries that are due to a folded change are due to it again."""
        return SQL(
            """UPDATE customer_playbook_entry entry SET transition_id = (found.folded->>'id')::int
                 FROM (SELECT replayed.id, folded FROM %s WHERE folded IS NOT NULL) found
                WHERE entry.transition_id = found.id
                  AND EXISTS (SELECT FROM customer_segmentation_transition WHERE id = (found.folded->>'id')::int)""",
            replayed,
        )

    @api.model
    def _sql_part(self, replayed):
        """The first live change of whoever has a replayed one starts from nothing again."""
        profiles = self.env["customer.segmentation.profile"]
        writer = self.env["customer.segmentation.writer"]
        return SQL(
            """UPDATE customer_segmentation_transition live
                  SET (%s, direction) = ROW(%s, 'same')
                 FROM (SELECT first.id FROM (SELECT DISTINCT replayed.profile_id FROM %s) known
                         JOIN LATERAL %s first ON TRUE) first
                WHERE live.id = first.id""",
            writer._sql_labels(None, "from_%s"),
            SQL(", ").join([SQL("NULL")] * len(profiles._labels())),
            replayed,
            self._sql_first_live(SQL("known.profile_id")),
        )
