"""How our workbooks look: tables of named columns, each on a sheet of its own, with a heading above the first one."""

import io
from typing import NamedTuple

from odoo import fields

LOOKS = {
    "title": {"bold": True, "font_size": 14},
    "header": {"bold": True, "bg_color": "#e9ecef", "text_wrap": True, "valign": "top"},
    "text": {"text_wrap": True, "valign": "top"},
    "number": {"num_format": "#,##0", "valign": "top"},
    "money": {"num_format": "#,##0.00", "valign": "top"},
    "share": {"num_format": "0.0", "valign": "top"},
    "date": {"num_format": "yyyy-mm-dd", "valign": "top"},
}


class Sheet(NamedTuple):
    """One table; a column is its label, the key in the row, the look and the width."""

    name: str
    columns: list
    rows: list


def workbook(heading, sentences, sheets):
    """The bytes of an XLSX file with these sheets; the first begins with the heading and the sentences."""
    import xlsxwriter  # as Odoo's own export does, only when somebody exports

    output = io.BytesIO()
    # Names are typed by people: no text becomes a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as book:
        formats = {name: book.add_format(look) for name, look in LOOKS.items()}
        pages = [book.add_worksheet(sheet.name) for sheet in sheets]
        pages[0].write(0, 0, heading, formats["title"])
        for line, sentence in enumerate(sentences, 1):
            pages[0].write(line, 0, sentence)
        for page, sheet in zip(pages, sheets, strict=True):
            _write_table(page, len(sentences) + 2 if page is pages[0] else 0, sheet, formats)
    return output.getvalue()


def _write_table(page, top, sheet, formats):
    """A table from the line `top` on; what is not known stays empty."""
    for column, (label, _key, _kind, width) in enumerate(sheet.columns):
        page.set_column(column, column, width)
        page.write(top, column, label, formats["header"])
    for line, row in enumerate(sheet.rows, top + 1):
        for column, (_label, key, kind, _width) in enumerate(sheet.columns):
            if kind == "date" and row[key]:
                page.write_datetime(line, column, fields.Date.to_date(row[key]), formats[kind])
            elif row[key] is None or row[key] is False:
                page.write_blank(line, column, None, formats[kind])
            else:
                page.write(line, column, row[key], formats[kind])
    page.freeze_panes(top + 1, 1)
