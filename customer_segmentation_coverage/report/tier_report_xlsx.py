"""The quarterly tier report as a workbook: one sheet for the tiers, the movements and the mismatches each."""

from odoo.addons.customer_segmentation.report import xlsx

KINDS = ("down", "up", "first")


def workbook(env, statement):
    """The bytes of the XLSX file.

    :param statement: what `report.customer_segmentation_coverage.tier_report._statement` returns
    """

    def write(book, formats):
        _write_tiers(env, book.add_worksheet(env._("Tiers")), formats, statement)
        _write_movements(env, book.add_worksheet(env._("Movements between Tiers")), formats, statement)
        _write_mismatches(env, book.add_worksheet(env._("Mismatches")), formats, statement)

    return xlsx.workbook(write)


def _write_tiers(env, sheet, formats, statement):
    sheet.write(0, 0, f"{statement['company'].name}: {statement['period']}", formats["title"])
    for number, sentence in enumerate(statement["summary"], 1):
        sheet.write(number, 0, sentence)
    columns = [
        (env._("Tier"), "name", "text", 20),
        (env._("Customers"), "customers", "number", 11),
        (env._("Share of Customers (%)"), "customer_share", "share", 12),
        (env._("Revenue (%s)", statement["currency"].name), "revenue", "money", 16),
        (env._("Share of Revenue (%)"), "revenue_share", "share", 12),
        (env._("Contacts"), "contacts", "number", 11),
        (env._("Effort"), "effort", "share", 11),
        (env._("Share of Effort (%)"), "effort_share", "share", 12),
        (env._("Recommended Owner"), "owners_in_words", "text", 34),
        (env._("Recommended Cadence"), "cadence_in_words", "text", 40),
        (env._("In Words"), "sentence", "text", 70),
    ]
    xlsx.write_table(sheet, len(statement["summary"]) + 2, columns, statement["tiers"], formats)


def _write_movements(env, sheet, formats, statement):
    kinds = dict(zip(KINDS, (env._("Down"), env._("Up"), env._("First tier")), strict=True))
    amounts = ("revenue_before", "revenue_after")
    rows = [
        {**row, "kind": kinds[row["kind"]], **{name: getattr(row["customer"], name) for name in amounts}}
        for row in statement["movements"]
    ]
    columns = [
        (env._("Movement"), "kind", "text", 14),
        (env._("Rank"), "rank", "number", 8),
        (env._("Customer"), "name", "text", 40),
        (env._("From"), "from_name", "text", 20),
        (env._("To"), "to_name", "text", 20),
        (env._("Revenue Before (%s)", statement["currency"].name), "revenue_before", "money", 18),
        (env._("Revenue After (%s)", statement["currency"].name), "revenue_after", "money", 18),
    ]
    xlsx.write_table(sheet, 0, columns, rows, formats)


def _write_mismatches(env, sheet, formats, statement):
    kinds = {
        "too_much": env._("Much effort, little revenue"),
        "too_little": env._("Much revenue, little effort"),
    }
    rows = [
        {**row, "kind": label, "revenue": row["customer"].revenue}
        for direction, label in kinds.items()
        for row in statement[direction]
    ]
    columns = [
        (env._("Mismatch"), "kind", "text", 30),
        (env._("Rank"), "rank", "number", 8),
        (env._("Customer"), "name", "text", 40),
        (env._("Contacts"), "contacts", "number", 11),
        (env._("Share of Effort (%)"), "effort_share", "share", 12),
        (env._("Revenue (%s)", statement["currency"].name), "revenue", "money", 16),
        (env._("Share of Revenue (%)"), "revenue_share", "share", 12),
    ]
    xlsx.write_table(sheet, 0, columns, rows, formats)
