"""How it goes in a company, for whom it concerns: the last run, the next one, and what is still to be done."""

from odoo import api, models
from odoo.tools import format_datetime


class CustomerSegmentationHealth(models.AbstractModel):
    _name = "customer.segmentation.health"
    _description = "How Customer Segmentation Goes"

    @api.model
    def _line(self, policy):
        """Runs and tier reviews of a policy, for an administrator."""
        if not policy:
            return self.env._("This company has no policy.")
        lines = self._runs_in_words(policy), self.env["customer.tier.review"]._in_words(policy)
        return " ".join(filter(None, lines))

    @api.model
    def _runs_in_words(self, policy):
        """Last run, next run and what came of it, in one sentence for an administrator."""
        cron = policy.env.ref("customer_segmentation.ir_cron_recompute")
        latest = policy.env["customer.segmentation.run"].search(
            [("policy_id", "=", policy.id), ("kind", "=", "live"), ("state", "in", ("done", "failed"))], limit=1
        )
        following = self._moment(cron.nextcall) if cron.active else self.env._("switched off")
        if not latest:
            return self.env._("Not computed yet. Next run: %s", following)
        if latest.state == "failed":
            return self.env._(
                "The last run of %(day)s failed: %(reason)s Next run: %(next)s",
                day=self._moment(latest.finished_at),
                reason=latest.message,
                next=following,
            )
        return self.env._(
            "Last run: %(day)s. Customers scored: %(count)s, changed: %(changed)s; purchases left out: %(left_out)s. "
            "Next run: %(next)s",
            day=self._moment(latest.finished_at),
            count=latest.customer_count,
            left_out=latest.left_out_count,
            changed=latest.changed_count,
            next=following,
        )

    @api.model
    def _moment(self, moment):
        return format_datetime(self.env, moment, dt_format="short")

    @api.model
    def _first_steps(self, policy):
        """What to do before the first customers are scored, as HTML; nothing once there are some."""
        if policy.last_run_id.customer_count:
            return None
        live = [("policy_id", "=", policy.id), ("kind", "=", "live")]
        latest = policy.env["customer.segmentation.run"].sudo().search(live, limit=1)
        return policy.env["ir.qweb"]._render(
            "customer_segmentation.first_steps",
            {
                "state": latest.state,
                "message": latest.message,
                "scored_nobody": bool(policy.last_run_id),
                "is_manager": self.env.user.has_group("customer_segmentation.group_manager"),
                "question": self.env["customer.segmentation.setup"]._is_open(),
            },
        )
