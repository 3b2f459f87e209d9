"""How our workbooks look: a sheet with a heading and tables of named columns."""

import io


def workbook(write):
    """The bytes of an XLSX file whose sheets `write(book, formats)` adds."""
    import xlsxwriter  # as Odoo's own export does, only when somebody exports

    output = io.BytesIO()
    # Names are typed by people: no text becomes a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as book:
        write(
            book,
            {
                "title": book.add_format({"bold": True, "font_size": 14}),
                "header": book.add_format({"bold": True, "bg_color": "#e9ecef", "text_wrap": True, "valign": "top"}),
                "text": book.add_format({"text_wrap": True, "valign": "top"}),
                "number": book.add_format({"num_format": "#,##0", "valign": "top"}),
                "money": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
                "share": book.add_format({"num_format": "0.0", "valign": "top"}),
                "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            },
        )
    return output.getvalue()


def write_table(sheet, top, columns, rows, formats):
    """A table from the line `top` on.

    :param columns: (label, key in the row, format, width) of each column; what is not known stays empty
    """
    for column, (label, _key, _kind, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write(top, column, label, formats["header"])
    for line, row in enumerate(rows, top + 1):
        for column, (_label, key, kind, _width) in enumerate(columns):
            if kind == "date" and row[key]:
                sheet.write_datetime(line, column, row[key], formats[kind])
            elif row[key] is None or row[key] is False:
                sheet.write_blank(line, column, None, formats[kind])
            else:
                sheet.write(line, column, row[key], formats[kind])
    sheet.freeze_panes(top + 1, 1)
