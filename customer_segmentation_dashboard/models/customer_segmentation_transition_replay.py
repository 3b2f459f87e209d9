"""How replayed changes and those seen live become one history of each customer, without a gap and without a double.

    replayed                         live
    – → A   A → B        B → C   then  C → C   D …
    30 Apr  31 May       31 Aug        10 Sep (the first one)

What a customer was before the first live change nobody knew: it starts from nothing. A replay makes it start from where
the replay has come to, month-end by month-end (`_write_month`); while it says nothing new, it is not shown. When the
next replay begins, the replayed changes are deleted and it starts from nothing again (`_forget_replays`).
"""

from odoo import api, fields, models
from odoo.tools import SQL


class CustomerSegmentationTransition(models.Model):
    _inherit = "customer.segmentation.transition"

    kind = fields.Selection(
        related="run_id.kind",
        string="Seen",
        help="Live: the change was seen when it happened. Replay: it was worked out later, from the documents and "
        "rules of the day of the replay.",
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
        writer = self.env["customer.segmentation.writer"]
        starts = writer._sql_labels("joined", "from_%s")
        self.env.cr.execute(
            SQL(
                """UPDATE customer_segmentation_transition live
                      SET (%(names)s, direction, active) = ROW(%(starts)s, joined.new_direction,
                          live.reason IS NOT NULL OR (%(starts)s) IS DISTINCT FROM (%(ends)s))
                     FROM (SELECT changed.*, %(direction)s AS new_direction
                             FROM (SELECT first.id, %(joined)s, %(judged)s::date AS from_tier_since
                                     FROM customer_segmentation_transition moved
                                     JOIN LATERAL %(first)s first ON TRUE
                                    WHERE moved.run_id = %(run)s AND moved.date = %(day)s) changed
                             %(ranked)s) joined
                    WHERE live.id = joined.id""",
                names=writer._sql_labels(None, "from_%s"),
                starts=starts,
                ends=writer._sql_labels("joined", "%s"),
                joined=self._sql_joined(),
                direction=writer._sql_direction(),
                ranked=writer._sql_ranked(),
                judged=month_end if run.policy_id.tier_ids else None,
                first=self._sql_first_live(SQL("moved.profile_id")),
                run=run.id,
                day=month_end,
            )
        )

    @api.model
    def _sql_joined(self):
        """The labels of a change that starts where `moved` went and ends as `first` does."""
        return SQL(", ").join(
            SQL("%s AS %s", SQL.identifier(alias, f"to_{name}"), SQL.identifier(column % name))
            for alias, column in (("moved", "from_%s"), ("first", "%s"))
            for name in self.env["customer.segmentation.profile"]._labels()
        )

    # ------------------------------------------------------------------ the next beginning

    @api.model
    def _forget_replays(self, policy):
        """Remove all replayed changes of a policy; every customer's history starts from nothing with the live ones."""
        self.env.flush_all()
        replayed = SQL("SELECT id FROM customer_segmentation_run WHERE kind = 'replay' AND policy_id = %s", policy.id)
        self.env.cr.execute(self._sql_part(replayed))
        self.env.cr.execute(SQL("DELETE FROM customer_segmentation_transition WHERE run_id IN (%s)", replayed))
        self.env.invalidate_all(flush=False)

    @api.model
    def _sql_part(self, runs):
        """The first live change of whoever has one of these runs is as it was: it starts from nothing, and is shown."""
        writer = self.env["customer.segmentation.writer"]
        nothing = SQL(", ").join([SQL("NULL")] * len(self.env["customer.segmentation.profile"]._labels()))
        return SQL(
            """UPDATE customer_segmentation_transition live
                  SET (%s, direction, active) = ROW(%s, 'same', TRUE)
                 FROM (SELECT DISTINCT profile_id FROM customer_segmentation_transition WHERE run_id IN (%s)) known
                 JOIN LATERAL %s first ON TRUE
                WHERE live.id = first.id""",
            writer._sql_labels(None, "from_%s"),
            nothing,
            runs,
            self._sql_first_live(SQL("known.profile_id")),
        )
