"""A report about a month or quarter as it was on the day it was made, whatever has changed since.

    _keep(statement, …)   what a `customer.period.report` says, as plain values: figures, names and labels of that day
    _statement()          the same, read back; the page is rendered from nothing else
    _pdf(), _excel()      files made of it once and kept

Only an erased customer is taken out of it: the name goes, the figures stay, and the files are made anew without it.
"""

import base64
import json
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime

from ...tools.plain import plain

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CustomerSegmentationReport(models.Model):
    _name = "customer.segmentation.report"
    _inherit = ["customer.guarded"]
    _description = "Report as It Was Made"
    _order = "made_on desc, id desc"

    name = fields.Char(string="Report", required=True, readonly=True, engine_only=True)
    report = fields.Char(
        string="Printed by", required=True, readonly=True, engine_only=True, help="The technical name of the report."
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, engine_only=True, ondelete="cascade", index=True
    )
    seen_company_ids = fields.Many2many(
        "res.company",
        string="Companies Seen",
        readonly=True,
        engine_only=True,
        help="Whoever made the report saw the contacts of these companies: who does not may not read it.",
    )
    kind = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter")],
        string="Length of Period",
        required=True,
        readonly=True,
        engine_only=True,
    )
    period_start = fields.Date(required=True, readonly=True, engine_only=True)
    period_end = fields.Date(required=True, readonly=True, engine_only=True)
    is_final = fields.Boolean(
        string="Period Was Over",
        readonly=True,
        engine_only=True,
        help="The period was over and its customers were scored: whoever asks for this report again gets this one.",
    )
    for_managers = fields.Boolean(string="For Managers Only", readonly=True, engine_only=True)
    lang = fields.Char(string="Language", required=True, readonly=True, engine_only=True)
    user_id = fields.Many2one(
        "res.users", string="Made by", readonly=True, engine_only=True, ondelete="set null", index="btree_not_null"
    )
    made_on = fields.Datetime(required=True, readonly=True, engine_only=True, default=fields.Datetime.now)
    statement = fields.Json(string="Content", required=True, readonly=True, engine_only=True, prefetch=False)

    _asked_for = models.Index("(company_id, report, period_start, lang)")

    # ------------------------------------------------------------------ making

    @api.model
    def _keep(self, statement, **values):
        """The report of these values that says this; what cannot be told later is left out.

        :param statement: from `customer.period.report`
        :param values: `name`, `report`, `company_id`, `kind`, `period_start`, `period_end`, `is_final`, `for_managers`
        """
        return (
            self.sudo()
            .create(
                {
                    **values,
                    "statement": plain(statement),
                    "lang": self.env.lang or "en_US",
                    "user_id": self.env.uid,
                    "seen_company_ids": self.env.companies.ids,
                }
            )
            .with_env(self.env)
        )

    @api.model
    def _find_final(self, report, company, kind, start):
        """The last one made of a period that was over, in the reader's language; empty without any."""
        return self.search(
            [
                ("report", "=", report),
                ("company_id", "=", company.id),
                ("kind", "=", kind),
                ("period_start", "=", start),
                ("lang", "=", self.env.lang or "en_US"),
                ("is_final", "=", True),
            ],
            limit=1,
        )

    # ------------------------------------------------------------------ reading

    def _in_its_language(self):
        self.ensure_one()
        return self.with_context(lang=self.lang)

    def _statement(self):
        self.check_access("read")
        return self.statement

    def _made_in_words(self):
        """When and by whom it was made, in the reader's language."""
        return self.env._(
            "Made on %(day)s by %(user)s, with the figures, names and labels of that day.",
            day=format_datetime(self.env, self.made_on, dt_format="short"),
            user=self.sudo().user_id.name or self.env._("nobody"),
        )

    def _printed(self):
        return self.env["ir.actions.report"].sudo()._get_report_from_name(self.report)

    def _maker(self):
        """What makes pages and tables of it, in the language of the report.

        :raise UserError: when the addon it is from was uninstalled
        """
        self._statement()
        speaking = self._in_its_language()
        if f"report.{self.report}" not in speaking.env:
            raise UserError(self.env._("The addon this report is from is not installed any more."))
        return speaking.env[f"report.{self.report}"]

    def action_show(self):
        """The report in the browser, to read or to print from there."""
        self._maker()
        # Odoo chooses the language of such a page by the browser, not by the user.
        context = urlencode({"context": json.dumps({"lang": self.lang})})
        return {"type": "ir.actions.act_url", "url": f"/report/html/{self.report}/{self.id}?{context}", "target": "new"}

    def action_print(self):
        """The report as a PDF, the same each time."""
        self._maker()
        self._pdf()
        return self._printed().with_env(self.env).with_context(lang=self.lang).report_action(self)

    def action_export(self):
        """The report as an Excel file, the same each time."""
        file = self._excel()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{file.id}?download=true",
            "target": "download",
        }

    # ------------------------------------------------------------------ files

    def _pdf(self):
        """The kept PDF; nothing where the server cannot make one."""
        self._statement()
        reports = self.env["ir.actions.report"]
        if not self._file("pdf") and reports.get_wkhtmltopdf_state() in ("ok", "upgrade"):
            # Odoo keeps it by itself (`attachment_use`), where who prints may write.
            speaking = self._in_its_language().sudo()
            content, kind = speaking.env["ir.actions.report"]._render_qweb_pdf(self.report, self.ids)
            if not self._file("pdf"):
                self._keep_file("pdf", content, f"application/{kind}")
        return self._file("pdf")

    def _excel(self):
        """The kept Excel file."""
        maker = self._maker()
        if not self._file("xlsx"):
            self._keep_file("xlsx", maker._workbook(self._statement()), EXCEL)
        return self._file("xlsx")

    def _mail_values(self, subject, body):
        """An e-mail with the report and its files to whoever reads it, as values of `mail.mail`."""
        company = self.sudo().company_id
        sender = company.partner_id.email_formatted or self.env.ref("base.user_root").sudo().email_formatted
        files = self._excel() | self._pdf()
        return {
            "subject": subject,
            "body_html": body,
            "email_to": self.env.user.sudo().email_formatted,
            "email_from": sender,
            "auto_delete": True,
            "attachment_ids": [
                fields.Command.create({name: file[name] for name in ("name", "datas", "mimetype")}) for file in files
            ],
        }

    def _file(self, kind):
        files = self.env["ir.attachment"].sudo()
        return files.search([*self._domain_of_files(), ("name", "=", f"{self.name}.{kind}")], limit=1)

    def _keep_file(self, kind, content, mimetype):
        self.env["ir.attachment"].sudo().create(
            {
                "name": f"{self.name}.{kind}",
                "datas": base64.b64encode(content),
                "mimetype": mimetype,
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _domain_of_files(self):
        return [("res_model", "=", self._name), ("res_id", "in", self.ids), ("res_field", "=", False)]

    # ------------------------------------------------------------------ customers who go

    @api.model
    def _forget_customers(self, customers, companies=None):
        """Take the names of customers out of what was made; the figures stay.

        :param customers: commercial entities
        :param companies: only in the reports of these
        """
        found = self.sudo().browse(self._naming(customers, companies))
        for report in found:
            removed = report._in_its_language().env._("Name removed")
            report.statement = _changed(report.statement, set(customers.ids), {"partner_id": None, "name": removed})
        self.env["ir.attachment"].sudo().search(found._domain_of_files()).unlink()

    @api.model
    def _naming(self, customers, companies=None):
        """The identifiers of the reports that name one of these customers."""
        self.flush_model()
        only = SQL("TRUE") if companies is None else SQL("report.company_id = ANY(%s)", companies.ids)
        rows = self.env.execute_query(
            SQL(
                """SELECT report.id FROM customer_segmentation_report report
                    WHERE %s AND EXISTS (SELECT FROM jsonb_path_query(report.statement, '$.**.partner_id') named
                                          WHERE named IN (SELECT to_jsonb(id) FROM unnest(%s) id))
                    ORDER BY report.id""",
                only,
                customers.ids,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _move_to_survivor(self, losers, survivor):
        """Before a merge: who is named in a report is still found in it afterwards."""
        customer = survivor.commercial_partner_id
        for report in self.sudo().browse(self._naming(losers)):
            report.statement = _changed(report.statement, set(losers.ids), {"partner_id": customer.id})


def _changed(value, ids, changes):
    """A statement with changes in its rows about these customers."""
    if isinstance(value, list):
        return [_changed(item, ids, changes) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _changed(item, ids, changes) for key, item in value.items()}
    return kept | changes if value.get("partner_id") in ids else kept
