"""The monthly and quarterly report as a workbook: figures, segments, movements, tiers, and customers by name."""

from odoo.addons.customer_segmentation.report import xlsx


def workbook(env, statement):
    """The bytes of the XLSX file.

    :param statement: what `report.customer_segmentation_dashboard.customer_report._statement` returns
    """

    def write(book, formats):
        _write_figures(env, book.add_worksheet(env._("Figures")), formats, statement)
        _write_segments(env, book.add_worksheet(env._("Segments")), formats, statement)
        _write_movements(env, book.add_worksheet(env._("Movements")), formats, statement)
        if statement["tiers"]:
            _write_tiers(env, book.add_worksheet(env._("Tiers")), formats, statement)
        _write_customers(env, book.add_worksheet(env._("Customers")), formats, statement)

    return xlsx.workbook(write)


def _write_figures(env, sheet, formats, statement):
    sheet.write(0, 0, f"{statement['company'].name}: {statement['title']}", formats["title"])
    for number, sentence in enumerate(statement["summary"], 1):
        sheet.write(number, 0, sentence)
    sheet.write(len(statement["summary"]) + 1, 0, env._("Reliability of predictions: %s", statement["quality"]))
    columns = [
        (env._("Figure"), "label", "text", 24),
        (env._("Value"), "in_words", "text", 18),
        (env._("Period Before"), "previous_in_words", "text", 18),
        (env._("Change"), "change_in_words", "text", 24),
        (env._("Definition"), "help", "text", 80),
    ]
    xlsx.write_table(sheet, len(statement["summary"]) + 3, columns, statement["tiles"], formats)


def _write_segments(env, sheet, formats, statement):
    rows = [{**row, "percent": 100 * row["share"]} for row in statement["segments"]]
    columns = [
        (env._("Segment"), "name", "text", 26),
        (env._("Customers"), "customers", "number", 11),
        (env._("Customers Before"), "previous", "number", 11),
        (env._("Revenue (%s)", statement["currency"].name), "revenue", "money", 16),
        (env._("Share of Revenue (%)"), "percent", "share", 12),
        (env._("Average Order (%s)", statement["currency"].name), "average", "money", 16),
    ]
    xlsx.write_table(sheet, 0, columns, rows, formats)


def _write_movements(env, sheet, formats, statement):
    columns = [
        (env._("From"), "before", "text", 26),
        (env._("To"), "after", "text", 26),
        (env._("Customers"), "customers", "number", 11),
        (env._("Revenue (%s)", statement["currency"].name), "revenue", "money", 16),
    ]
    xlsx.write_table(sheet, 0, columns, statement["moves"], formats)


def _write_tiers(env, sheet, formats, statement):
    columns = [
        (env._("Tier"), "name", "text", 24),
        (env._("Customers Before"), "before", "number", 12),
        (env._("Customers"), "after", "number", 12),
        (env._("Came In"), "came", "number", 10),
        (env._("Went Out"), "left", "number", 10),
    ]
    xlsx.write_table(sheet, 0, columns, statement["tiers"], formats)


def _write_customers(env, sheet, formats, statement):
    kinds = {
        "at_risk": env._("Customer slipping"),
        "gained": env._("Customer gained"),
        "lost": env._("Customer gone"),
    }
    rows = [{**row, "kind": label} for key, label in kinds.items() for row in statement[key]]
    columns = [
        (env._("What Happened"), "kind", "text", 18),
        (env._("Customer"), "name", "text", 40),
        (env._("Salesperson"), "salesperson", "text", 24),
        (env._("Segment"), "segment", "text", 24),
        (env._("First Order"), "first", "date", 12),
        (env._("Last Order"), "last", "date", 12),
        (env._("Revenue (%s)", statement["currency"].name), "revenue", "money", 16),
        (env._("Revenue Ever (%s)", statement["currency"].name), "lifetime_revenue", "money", 16),
        (env._("Revenue at Risk (%s)", statement["currency"].name), "revenue_at_risk", "money", 16),
    ]
    xlsx.write_table(sheet, 0, columns, rows, formats)
