"""Twenty indicators of every kind, as a manager may weigh them: measures, contact fields and records of the customer.

Four of them read the table of orders, the largest there is in these databases; some find nothing and are read anyway.
"""

MEASURES = (
    "revenue",
    "order_count",
    "average_order_value",
    "months_since_last_order",
    "tenure_months",
    "revenue_growth",
    "category_count",
    "overdue_share",
    "days_paid_late",
    "days_since_contact",
    "contact_count",
    "contacts_meeting",
)
FIELDS = ("customer_potential", "customer_followers")
RECORDS = (
    {"model_name": "sale.order", "link_field": "partner_id", "date_field": "date_order", "aggregate": "count"},
    {
        "model_name": "sale.order",
        "link_field": "partner_id",
        "date_field": "date_order",
        "aggregate": "sum",
        "amount_field": "amount_total",
        "domain": "[('state', '=', 'sale')]",
    },
    {
        "model_name": "sale.order",
        "link_field": "partner_id",
        "date_field": "date_order",
        "aggregate": "average",
        "amount_field": "amount_total",
    },
    {"model_name": "sale.order", "link_field": "partner_invoice_id", "date_field": "date_order", "aggregate": "last"},
    {"model_name": "crm.lead", "link_field": "partner_id", "date_field": "create_date", "aggregate": "count"},
    {"model_name": "calendar.event", "link_field": "partner_ids", "date_field": "start", "aggregate": "count"},
)


def rows():
    """The values of the twenty, five percent each."""
    sources = [
        *({"kind": "measure", "measure": name} for name in MEASURES),
        *({"kind": "field", "partner_field": name} for name in FIELDS),
        *({"kind": "records", **values} for values in RECORDS),
    ]
    return [
        {"name": f"Benchmark {number}", "weight": 100 / len(sources), **source}
        for number, source in enumerate(sources, 1)
    ]


def use(policies):
    """Weigh them, in place of what was weighed before."""
    policies.write({"indicator_ids": [(5, 0, 0), *((0, 0, values) for values in rows())]})


def remove(policies):
    policies.write({"indicator_ids": [(5, 0, 0)]})


def computed(policies):
    """How many of them the last run read, and how many values it compares customers by."""
    found = [policy.last_run_id.cut_points["value"] for policy in policies]
    return min(len(value["indicators"]) for value in found), [one for value in found for one in value["skipped"]]
