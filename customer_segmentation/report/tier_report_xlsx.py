"""The quarterly tier report as a workbook: one sheet for the tiers, the movements and the mismatches each."""

import io

KINDS = ("down", "up", "first")


def workbook(env, statement):
    """The bytes of the XLSX file.

    :param statement: what `report.customer_segmentation.tier_report._statement` returns
    """
    import xlsxwriter  # as Odoo's own export does, only when somebody exports

    output = io.BytesIO()
    # Names are typed by people: no text becomes a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as book:
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "header": book.add_format({"bold": True, "bg_color": "#e9ecef", "text_wrap": True, "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "number": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "money": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
            "share": book.add_format({"num_format": "0.0", "valign": "top"}),
        }
        _write_tiers(env, book.add_worksheet(env._("Tiers")), formats, statement)
        _write_movements(env, book.add_worksheet(env._("Movements between Tiers")), formats, statement)
        _write_mismatches(env, book.add_worksheet(env._("Mismatches")), formats, statement)
    return output.getvalue()


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
    _write_table(sheet, len(statement["summary"]) + 2, columns, statement["tiers"], formats)


def _write_movements(env, sheet, formats, statement):
    kinds = dict(zip(KINDS, (env._("Down"), env._("Up"), env._("First tier")), strict=True))
    rows = [
        {**row, "kind": kinds[row["kind"]], "revenue": row["customer"].revenue} for row in statement["movements"]
    ]  # fmt: skip
    columns = [
        (env._("Customer"), "name", "text", 40),
        (env._("Movement"), "kind", "text", 14),
        (env._("From"), "from_name", "text", 20),
        (env._("To"), "to_name", "text", 20),
        (env._("Revenue (%s)", statement["currency"].name), "revenue", "money", 16),
    ]
    _write_table(sheet, 0, columns, rows, formats)


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
    _write_table(sheet, 0, columns, rows, formats)


def _write_table(sheet, top, columns, rows, formats):
    for column, (label, _key, _kind, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write(top, column, label, formats["header"])
    for line, row in enumerate(rows, top + 1):
        for column, (_label, key, kind, _width) in enumerate(columns):
            sheet.write(line, column, row[key], formats[kind])
    sheet.freeze_panes(top + 1, 1)
