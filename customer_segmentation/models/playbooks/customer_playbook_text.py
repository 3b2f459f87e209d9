"""Texts with placeholders, which a manager types into a playbook.

They are checked when they are saved, with the rights of whoever saves them, and then used by the scheduled action: a
text reads only fields that its author may read.

Texts and e-mails are filled in with the rights of the author, in the company they are about: a right that the author
loses is lost for them, too.

A placeholder is what Odoo lets everybody write: {{ object.path.to.field ||| text when there is nothing to show }}.
"""

import re
from collections import defaultdict
from html import unescape

from markupsafe import Markup, escape

from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date, format_datetime, html2plaintext, is_html_empty
from odoo.tools.rendering_tools import INLINE_TEMPLATE_REGEX, parse_inline_template

from ...tools.profile_fields import is_of_profile
from ...tools.rights import LABEL

RENDER_MODEL = "customer.segmentation.profile"
SHOWN_TYPES = {"char", "text", "html", "integer", "float", "monetary", "date", "datetime", "selection", "many2one"}
TAG = re.compile(r"<[^>]*>")
PATH = re.compile(r"object((?:\.\w+)+)")


class CustomerPlaybookText(models.AbstractModel):
    _name = "customer.playbook.text"
    _description = "Playbook Text"

    # ------------------------------------------------------------------ checks

    def _check(self, playbook):
        """Refuse texts that show what is no field, or what whoever saves them may not read.

        Odoo checks constraints as superuser; what is asked here is what the user may read.
        """
        asking = self.with_user(self.env.user)
        asking._check_text(playbook.summary)
        asking._check_text(self._plain_placeholders(playbook.note))

    def _check_text(self, text):
        for _literal, expression, _default in parse_inline_template(text or ""):
            if expression:
                self._check_path(self._placeholder_path(expression))

    def _placeholder_path(self, expression):
        """The names of the fields after "object."."""
        path = PATH.fullmatch(expression)
        if not path:
            raise ValidationError(
                self.env._(
                    "“{{ %(typed)s }}” cannot be used as a placeholder. A placeholder shows a field of the customer, "
                    "such as {{ object.partner_id.name }} or {{ object.revenue }}.",
                    typed=expression,
                )
            )
        return path[1].split(".")[1:]

    def _check_path(self, path):
        records = self.env[RENDER_MODEL]
        for position, name in enumerate(path):
            field = records._fields.get(name)
            last = position == len(path) - 1
            if field is None or field.type not in SHOWN_TYPES or not (last or field.type == "many2one"):
                raise ValidationError(
                    self.env._(
                        "“%(typed)s”: %(name)s is not a field of %(model)s that can be shown.",
                        typed=".".join(("object", *path)),
                        name=name,
                        model=records._description,
                    )
                )
            if not records.has_access("read") or not records._has_field_access(field, "read"):
                raise ValidationError(
                    self.env._(
                        "“%(typed)s”: you have no right to see %(name)s of %(model)s.",
                        typed=".".join(("object", *path)),
                        name=name,
                        model=records._description,
                    )
                )
            if field.comodel_name:
                records = self.env[field.comodel_name]

    def _plain_placeholders(self, html):
        """Take out of the placeholders of a formatted text what an editor put into them."""
        return INLINE_TEMPLATE_REGEX.sub(
            lambda match: unescape(TAG.sub("", match.group(0))).replace("\xa0", " "), str(html or "")
        )

    # ------------------------------------------------------------------ whose rights

    def _for_author(self, playbook, records, company):
        """Records of a company with the rights of who typed the texts.

        :raise UserError: when the author is gone, naming who can repair it
        """
        evaluator = playbook._evaluator(company).with_context(lang=records.env.lang)
        return records.with_env(evaluator.env)

    def _for_mail_author(self, playbook, records, company):
        """Records of a company with the rights of who chose the e-mail template.

        What came with a module is OdooBot's, but an editor may have rewritten the template since: whoever started
        the playbook stands for it.
        """
        playbook.ensure_one()
        author = playbook.sudo().author_id
        if author.id == SUPERUSER_ID:
            author = playbook.sudo().started_by_id
        return records.with_env(self.env["customer.audience"]._asked_by(author, company).env)

    # ------------------------------------------------------------------ filling in

    def _texts_for(self, playbook, profiles, reader=None):
        """Summary and note of each customer in the language of the environment: {profile id: (summary, note)}.

        :param reader: the user they are for, who may not read amounts and scores perhaps; default: somebody who may
        """
        playbook.ensure_one()
        hides = reader is not None and not reader.has_group("customer_segmentation.group_user")
        summary = self._parsed(playbook.summary, hides)
        note = self._parsed(self._plain_placeholders(playbook.note), hides)
        readable = self._readable(profiles, [path for _literal, path, _default in summary + note if path])
        return {
            profile.id: (
                self._fill(summary, profile, str, readable) or playbook.name,
                Markup(self._fill(note, profile, escape, readable)),  # the text is sanitized, the values escaped
            )
            for profile in profiles
        }

    def _readable(self, profiles, paths):
        """What the user of the profiles' environment may read along these paths: {(model, field): record ids}."""
        readable = defaultdict(set)
        for path in paths:
            records = profiles
            for name in path:
                field = records._fields[name]
                if not records._has_field_access(field, "read"):
                    break
                records = records._filtered_access("read")
                readable[records._name, name].update(records.ids)
                if field.comodel_name:
                    records = records.mapped(name)
        return readable

    def _parsed(self, text, hides=False):
        """The parts of a text: [(text, path of the placeholder after it, text when that shows nothing)].

        :param hides: leave out what not every employee may read
        """
        parts = []
        for literal, typed, default in parse_inline_template(text or ""):
            path = self._placeholder_path(typed) if typed else None
            if path and hides and not self._is_open_to_employees(path):
                literal, path = literal + (default.strip() or "…"), None
            parts.append((literal, path, default.strip()))
        return parts

    def _is_open_to_employees(self, path):
        """Whether every employee may read what a placeholder shows: the name, and the labels shown on the contact."""
        shown = {
            field.related.split(".")[1]
            for field in self.env["res.partner"]._fields.values()
            if is_of_profile(field) and field.related and field.groups == LABEL
        }
        if path[0] not in shown | {"partner_id", "company_id"}:
            return False
        records = self.env[RENDER_MODEL]
        for position, name in enumerate(path):
            field = records._fields[name]
            if position and field.groups and LABEL not in field.groups.split(","):
                return False
            records = self.env[field.comodel_name] if field.comodel_name else records
        return True

    def _fill(self, parts, profile, convert, readable):
        return "".join(
            literal + (str(convert(self._in_words(profile, path, readable) or default)) if path else "")
            for literal, path, default in parts
        )

    def _in_words(self, record, path, readable):
        """What a placeholder shows, as a reader of the environment's language expects it; nothing of what is secret."""
        value = record
        for name in path:
            record = value
            if record.id not in readable[record._name, name]:
                return ""
            value = record[name]
        field = record._fields[name]
        if value is False or value is None or (not value and field.type not in ("integer", "float", "monetary")):
            return ""
        if field.type == "monetary":
            currency = record[field.get_currency_field(record)]
            return format_amount(self.env, value, currency, trailing_zeroes=False) if currency else _plain(value)
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "datetime":
            return format_datetime(self.env, value)
        if field.type == "html":
            return html2plaintext(value)
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "many2one":
            return value.sudo().display_name  # who may read a record is told the names of what it refers to
        return _plain(value)

    # ------------------------------------------------------------------ as it would read today

    def _preview(self, playbook):
        """Title, summary and note as the salesperson of one customer would read them; nothing where nothing is typed.

        The customer is one who would come in today, else the best one.
        """
        profile = self._preview_profile(playbook)
        if not profile:
            return False, False, False
        title = self.env._("As it reads today for %s", profile.partner_id.name)
        try:
            self._check(playbook)  # what is being typed was not saved yet
            summary, note = self._texts_for(playbook, profile)[profile.id]
        except UserError as error:
            return title, str(error), False
        return title, summary, note

    def _preview_profile(self, playbook):
        if playbook.action_kind != "activity" or not (playbook.summary or not is_html_empty(playbook.note)):
            return None
        company = self.env.company.sudo().root_id
        profiles = self.env["customer.segmentation.profile"]
        candidates = self.env["customer.playbook.entrance"]._candidates_now(playbook)
        seen = Domain("company_id", "=", company.id) & Domain("partner_id", "any", [("active", "in", (True, False))])
        return profiles.search(seen & Domain("id", "in", candidates.ids), order="id", limit=1) or profiles.search(
            seen & Domain("segment_id", "!=", False), limit=1
        )


def _plain(value):
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
