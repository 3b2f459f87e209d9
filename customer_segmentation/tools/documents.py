"""The columns of documents that purchases are read from."""

# What the ORM writes to the database before it runs the query.
READ_FROM = {
    "sale.order": [
        "state",
        "partner_id",
        "company_id",
        "date_order",
        "first_order_date",
        "amount_untaxed",
        "currency_rate",
        "user_id",
    ],
    "sale.order.line": ["order_id", "price_subtotal", "invoice_lines", "is_downpayment"],
    "account.move": [
        "state",
        "move_type",
        "invoice_date",
        "date",
        "commercial_partner_id",
        "amount_untaxed_signed",
        "reversed_entry_id",
    ],
    "account.move.line": ["move_id", "balance", "price_subtotal", "display_type"],
    "customer.imported.purchase": ["partner_id", "company_id", "date", "amount", "currency_id"],
    "res.partner": ["commercial_partner_id"],
    "res.company": ["parent_path", "currency_id", "partner_id"],
    "res.currency.rate": ["currency_id", "company_id", "name", "rate"],
    "customer.segmentation.policy": [
        "source",
        "tz",
        "count_zero_orders",
        "count_own_companies",
        "import_cutover_date",
        "active",
    ],
}
