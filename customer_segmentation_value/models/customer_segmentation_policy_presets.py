"""Ready sets of indicators: what they weigh depends on what is installed and on what the manager may read."""

from odoo import fields, models
from odoo.addons.customer_segmentation.tools.context import one_of

# Each area: name, weight in the area, what is weighed. Where something is not there, its weight goes to the rest.
AREAS = {
    "purchases": [
        ("Revenue", 40, {"measure": "revenue"}),
        ("Number of orders", 25, {"measure": "order_count"}),
        ("Recent purchase", 20, {"measure": "months_since_last_order"}),
        ("Growth", 15, {"measure": "revenue_growth"}),
    ],
    "interaction": [
        ("Recent contact", 40, {"measure": "days_since_contact", "missing": "worst"}),
        ("Contacts", 35, {"measure": "contact_count", "missing": "worst"}),
        ("Answers of the customer", 25, {"measure": "contacts_email_in", "missing": "worst"}),
        (
            "Visits to the website",
            20,
            {
                "kind": "records",
                "model_name": "website.visitor",
                "link_field": "partner_id",
                "aggregate": "sum",
                "amount_field": "visit_count",
                "date_field": "last_connection_datetime",
            },
        ),
    ],
    "satisfaction": [
        (
            "Satisfaction",
            70,
            {
                "kind": "records",
                "model_name": "customer.satisfaction",
                "link_field": "partner_id",
                "aggregate": "average",
                "amount_field": "score",
                "date_field": "date",
                "window_months": 24,
            },
        ),
        (
            "Ratings",
            30,
            {
                "kind": "records",
                "model_name": "rating.rating",
                "link_field": "partner_id",
                "aggregate": "average",
                "amount_field": "rating",
                "date_field": "create_date",
                "window_months": 24,
                "domain": "[('consumed', '=', True)]",
            },
        ),
        (
            "Tickets",
            20,
            {
                "kind": "records",
                "model_name": "helpdesk.ticket",
                "link_field": "partner_id",
                "aggregate": "count",
                "date_field": "create_date",
                "higher_is_better": False,
            },
        ),
    ],
    "payment": [
        ("Payment discipline", 60, {"measure": "days_paid_late"}),
        ("Nothing overdue", 40, {"measure": "overdue_share"}),
    ],
    "influence": [
        (
            "Referrals",
            65,
            {
                "kind": "records",
                "model_name": "res.partner",
                "link_field": "customer_referred_by_id",
                "aggregate": "count",
                "date_field": "create_date",
                "window_months": 0,
            },
        ),
        ("Reach", 35, {"kind": "field", "partner_field": "customer_followers", "missing": "left_out"}),
    ],
    "potential": [
        ("Sales potential", 60, {"kind": "field", "partner_field": "customer_potential"}),
        (
            "Open opportunities",
            40,
            {
                "kind": "records",
                "model_name": "crm.lead",
                "link_field": "partner_id",
                "aggregate": "sum",
                "amount_field": "expected_revenue",
                "date_field": "create_date",
                "window_months": 0,
                "domain": "[('type', '=', 'opportunity'), ('won_status', '=', 'pending')]",
            },
        ),
    ],
}
# Each preset: its areas and their weights.
VALUE_PRESETS = {
    "all_round": {
        "purchases": 40,
        "payment": 15,
        "interaction": 15,
        "satisfaction": 10,
        "influence": 10,
        "potential": 10,
    },
    **{area: {area: 100} for area in AREAS},
}


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    def action_use_value_preset(self):
        """Replace the indicators by those of the preset named in the context."""
        self.ensure_one()
        self._check_manager()
        preset = one_of(self.env, "value_preset", self.env.context.get("value_preset"), VALUE_PRESETS)
        rows = self._preset_rows(VALUE_PRESETS[preset])
        create = [fields.Command.create({"sequence": 10 * number, **values}) for number, values in enumerate(rows, 1)]
        self.write({"indicator_ids": [fields.Command.clear(), *create]})
        for language, _name in self.env["res.lang"].get_installed():
            names = self.with_context(lang=language)._preset_indicator_names()
            for indicator, row in zip(self._active_indicators(), rows, strict=True):
                indicator.with_context(lang=language).name = names[row["name"]]

    def _preset_rows(self, areas):
        """The values of the indicators of some areas, their weights in tenths of a percent that add up to 100."""
        found = {area: [row for row in AREAS[area] if self._is_there(row[2])] for area in areas}
        total = sum(weight for area, weight in areas.items() if found[area])
        shares = [
            (name, 1000 * areas[area] / total * weight / sum(other for _name, other, _values in rows), values)
            for area, rows in found.items()
            for name, weight, values in rows
        ]
        tenths = _rounded([share for _name, share, _values in shares])
        return [
            {"name": name, "weight": tenth / 10, "kind": "measure", **values}
            for (name, _share, values), tenth in zip(shares, tenths, strict=True)
        ]

    def _is_there(self, values):
        """Whether an indicator works in this database, with the rights of the user."""
        model_name = values.get("model_name", "res.partner")
        if model_name not in self.env:
            return False
        indicator = self.env["customer.segmentation.indicator"].new(
            {"kind": "measure", "aggregate": "count", "window_months": 12, "domain": "[]", **values}
        )
        return not (indicator._problem() or indicator._refused_to_author(self.company_id))

    def _preset_indicator_names(self):
        return {
            "Revenue": self.env._("Revenue"),
            "Number of orders": self.env._("Number of orders"),
            "Recent purchase": self.env._("Recent purchase"),
            "Growth": self.env._("Growth"),
            "Recent contact": self.env._("Recent contact"),
            "Contacts": self.env._("Contacts"),
            "Answers of the customer": self.env._("Answers of the customer"),
            "Visits to the website": self.env._("Visits to the website"),
            "Satisfaction": self.env._("Satisfaction"),
            "Ratings": self.env._("Ratings"),
            "Tickets": self.env._("Tickets"),
            "Payment discipline": self.env._("Payment discipline"),
            "Nothing overdue": self.env._("Nothing overdue"),
            "Referrals": self.env._("Referrals"),
            "Reach": self.env._("Reach"),
            "Sales potential": self.env._("Sales potential"),
            "Open opportunities": self.env._("Open opportunities"),
        }


def _rounded(shares):
    """Whole numbers, 1 at least, that add up to the whole: what rounding takes or gives falls to the largest."""
    rounded = [max(1, round(share)) for share in shares]
    rounded[rounded.index(max(rounded))] += round(sum(shares)) - sum(rounded)
    return rounded
