"""The one place where a condition that a person typed is asked: audiences, groups, the records of an indicator.

    _asked_by(author, company)   the evaluator: the author's rights and rules, in one root company and its branches
    _checked(text, model)        the typed text as a domain, of models and fields the user of the evaluator may read
    _refusal(text, model)        why it cannot be asked, in words; run once, so that PostgreSQL has its say, too

A condition finds what its author would find by searching with it in that company, whoever looks and whatever job asks:
nobody learns by typing what nobody would tell. Who typed what is kept by `customer.condition`.
"""

import ast

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools.context import plain
from ...tools.refusals import REFUSALS

SUBDOMAINS = ("any", "not any")


class CustomerAudience(models.AbstractModel):
    _name = "customer.audience"
    _description = "Conditions on Contacts"

    # ------------------------------------------------------------------ whose question it is

    @api.model
    def _asked_by(self, author, company):
        """The evaluator with an author's rights, in a root company and those of its branches the author works in.

        What a module or a script wrote is OdooBot's, who may read everything.

        :raise UserError: when there is no such author any more, naming who can repair it
        """
        branches = self._companies_of(author, company)
        if reason := self._unable(author, company, branches):
            raise UserError(
                self.env._(
                    "%(reason)s A manager of %(company)s can take the conditions over, or type them anew.",
                    reason=reason,
                    company=company.sudo().name,
                )
            )
        return plain(self.with_user(author)).with_context(allowed_company_ids=branches.ids, lang=self.env.lang)

    @api.model
    def _companies_of(self, author, company):
        """The root company first, then its branches, as far as the author works in them; all of them for OdooBot."""
        below = company.sudo().search([("id", "child_of", company.id)])
        family = company.sudo() | below
        return family if author.id == SUPERUSER_ID else family & author.sudo().company_ids

    @api.model
    def _unable(self, author, company, branches):
        """Why the conditions of an author cannot be asked in a company, nothing if they can."""
        author = author.sudo()
        if not author:
            return self.env._("Nobody is known any more who typed these conditions.")
        if author.id == SUPERUSER_ID:
            return None
        if not author.active or author.share:
            return self.env._("%s, who typed these conditions, does not work here any more.", author.name)
        if not branches:
            return self.env._(
                "%(user)s, who typed these conditions, does not work in %(company)s.",
                user=author.name,
                company=company.sudo().name,
            )
        return None

    # ------------------------------------------------------------------ what is asked

    @api.model
    def _domain(self, text):
        """Typed conditions as a domain; only constants, no Python, and no operator that passes by the rules."""
        return Domain(ast.literal_eval((text or "[]").strip() or "[]"))

    @api.model
    def _checked(self, text, model="res.partner"):
        """Typed conditions as a domain on a model, all of which the user of the environment may read.

        :raise ValueError, AccessError, UserError: when they are none, or ask for something else
        """
        domain = self._domain(text)
        self._check_readable(domain, self.env[model].sudo(False))
        self._check_company_named(domain)
        return domain

    @api.model
    def _check_readable(self, domain, records):
        """Refuse models and fields the user may not read, along every path and in every sub-domain."""
        records.check_access("read")
        for condition in domain.iter_conditions():
            if condition.operator.endswith("!"):
                raise ValueError("operators ending in ! pass by the access rights")
            end = self._end_of_path(records, condition.field_expr)
            if (
                condition.operator in SUBDOMAINS
                and end is not None
                and isinstance(condition.value, list | tuple | Domain)
            ):
                self._check_readable(Domain(condition.value), end)

    @api.model
    def _end_of_path(self, records, path):
        """The model a dotted path leads to, each step of which the user may read; nothing if it ends in a value."""
        for name in path.split("."):
            field = records._fields.get(name)
            if field is None:
                raise ValueError(f"Invalid field {records._name}.{name} in {path!r}")
            records._check_field_access(field, "read")
            if not field.comodel_name:
                return None  # what follows is a part of the value: the month of a date, one property of many
            records = records.env[field.comodel_name]
            records.check_access("read")
        return records

    @api.model
    def _check_conditions(self, text, name):
        """Refuse conditions, of the record of this name, that the user of the environment may not or cannot ask for."""
        reason = self._refusal(text)
        if reason:
            raise ValidationError(
                self.env._(
                    "The conditions of %(name)s cannot be used: %(reason)s\nUse the editor of conditions; a condition "
                    "looks like [('city', '=', 'Berlin')].",
                    name=name,
                    reason=reason,
                )
            )

    @api.model
    def _refusal(self, text, model="res.partner"):
        """Why the user of the environment may not or cannot ask for this, nothing if it works."""
        try:
            records = self.env[model].sudo(False)
            domain = self._checked(text, model)
            domain.validate(records)
            self.env.flush_all()
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(records._search(domain, limit=1).select(), log_exceptions=False)
        except REFUSALS as error:
            return str(error) or text
        return None
