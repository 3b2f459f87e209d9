"""What playbooks brought, in the reader's language: an amount with its limits, or that it cannot be told."""

from odoo import api, models
from odoo.addons.customer_segmentation.tools.words import number
from odoo.tools.misc import formatLang


class CustomerSegmentationDashboard(models.AbstractModel):
    _inherit = "customer.segmentation.dashboard"

    @api.model
    def _effect_in_words(self, lines, selection):
        from odoo.addons.customer_segmentation.scoring.uplift import total

        currency = selection.company.currency_id
        known = [(line["difference"], line["treated"]) for line in lines if line["difference"]]
        labels = {"treated": self.env._("Followed Up"), "control": self.env._("Held Back")}
        return {
            "sentence": self._effect_of_all(lines, total(known), currency),
            "lines": [
                {
                    **{name: line[name] for name in ("id", "name", "treated", "control")},
                    "counts": {group: number(self.env, line[group]) for group in labels},
                    "names": {
                        group: f"{line['name']}, {label}: {number(self.env, line[group])}"
                        for group, label in labels.items()
                    },
                    "in_words": self._effect_of_one(line, total, currency),
                }
                for line in lines
            ],
        }

    @api.model
    def _effect_of_one(self, line, total, currency):
        if not line["difference"]:
            return self.env._("too few to say")
        return self._amount_with_limits(total([(line["difference"], line["treated"])]), currency)

    @api.model
    def _effect_of_all(self, lines, sum_of_all, currency):
        if not lines:
            return self.env._(
                "Nothing can be told: no playbook with a control group has customers whose days to order ended in this "
                "period. Give a playbook a control share to learn what it brings."
            )
        if not sum_of_all:
            return self.env._("Too few customers to say what playbooks brought; a longer period may tell.")
        amount = self._amount_with_limits(sum_of_all, currency)
        if sum_of_all.low <= 0 <= sum_of_all.high:
            return self.env._("Revenue because of our playbooks: %s. That may as well be chance.", amount)
        return self.env._("Revenue because of our playbooks: %s.", amount)

    @api.model
    def _amount_with_limits(self, difference, currency):
        estimate, low, high = (
            formatLang(self.env, round(amount), digits=0, currency_obj=currency) for amount in difference
        )
        return self.env._("%(estimate)s (between %(low)s and %(high)s)", estimate=estimate, low=low, high=high)
