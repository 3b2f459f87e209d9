"""Models of the family as the registry knows them, and a record of each: what is added later is covered by itself."""

import inspect
import itertools

from odoo import fields, models
from odoo.service.model import call_kw

from .security_common import SecurityCase

OURS = "customer_segmentation"


class SamplesCase(SecurityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shared_samples = {name: cls._shared_samples(name) for name in ("north", "south")}

    def setUp(self):
        super().setUp()
        self.samples = {name: dict(found) for name, found in self.shared_samples.items()}

    @classmethod
    def our_models(cls, transient=None):
        """The names of the models that the addons of the family made, those with a table."""
        return sorted(
            name
            for name, model in cls.registry.items()
            if model._original_module.startswith(OURS)
            and not model._abstract
            and transient in (None, bool(model._transient))
        )

    @classmethod
    def our_methods(cls, name):
        """The methods of a model that can be called from outside and were made in the family."""
        found = {}
        for parent in cls.registry[name].__mro__:
            for method, function in vars(parent).items():
                of_us = inspect.isfunction(function) and f".addons.{OURS}" in function.__module__
                if of_us and not method.startswith("_") and not hasattr(models.BaseModel, method):
                    found.setdefault(method, function)
        return found

    @classmethod
    def call(cls, records, method, function):
        """Call a method as the web client does, with something for each argument it needs."""
        parameters = [*inspect.signature(function).parameters.values()][1:]
        needed = [one for one in parameters if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD]
        arguments = [1 if one.name.endswith("_id") else "2026-01-01" for one in needed]
        of_model = getattr(function, "_api_model", False)
        return cls.call_kw(records.browse() if of_model else records, method, arguments, of_model)

    @classmethod
    def call_kw(cls, records, method, arguments, of_model=False):
        cls.env.invalidate_all()  # each request reads anew, what another user may read is no news to this one
        return call_kw(records.browse(), method, arguments if of_model else [records.ids, *arguments], {})

    # ------------------------------------------------------------------ records

    @classmethod
    def _shared_samples(cls, name):
        """A record of each model a dialog may be about, of one company."""
        company = cls.company[name]
        env = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        profile = env["customer.segmentation.profile"].search(
            [("partner_id", "=", cls.acme.id), ("company_id", "=", company.id)]
        )
        private = env["res.partner"].create({"name": f"Only of {name}", "company_id": company.id, "is_company": True})
        playbook = env["customer.playbook"].create({"name": f"Call {name}", "company_id": company.id})
        found = {
            "res.company": company,
            "res.partner": private,
            "customer.segmentation.profile": profile,
            "customer.segmentation.policy": cls.policy[company],
            "customer.segment.scheme": cls.policy[company].scheme_id,
            "customer.segment": cls.policy[company].scheme_id.segment_ids[0],
            "customer.tier": cls.policy[company].tier_ids[0],
            "customer.tier.criterion": cls.policy[company].tier_ids.criterion_ids[0],
            "customer.segmentation.run": cls.policy[company].last_run_id,
            "customer.segmentation.transition": profile.transition_ids[:1],
            "customer.playbook": playbook,
            "product.product": env["product.product"].create({"name": f"Only of {name}", "company_id": company.id}),
        }
        if "customer.segmentation.indicator" in env:  # where the addon of it is installed
            found["customer.segmentation.indicator"] = cls.policy[company].indicator_ids[:1]
        return {model: records for model, records in found.items() if records}

    def sample(self, model, company, owner=None):
        """A record of a model in a company, made by the engine for a user."""
        known = self.samples[company].get(model)
        if known is not None and not owner:
            return known
        if model == "res.users":
            return self.user["seller"]
        made = self.env[model].with_user(owner or self.env.user).sudo()
        made = made.with_context(allowed_company_ids=self.company[company].ids)
        record = made.create(self.values(model, company, owner)).sudo(False)
        if not owner:
            self.samples[company][model] = record.with_env(self.env)
        return record

    def values(self, model, company, owner=None):
        """What a record of the model needs to be there."""
        return {
            name: self._value(field, company, owner)
            for name, field in self.env[model]._fields.items()
            if field.store
            and not field.related
            and (field.required or field.comodel_name in ("res.company", "customer.segmentation.profile"))
            and (not field.default or field.comodel_name == "res.company")
            and (not field.compute or not field.readonly)
        }

    def _value(self, field, company, owner):
        if field.type == "many2one":
            transient = self.registry[field.comodel_name]._transient
            return self.sample(field.comodel_name, company, owner if transient else None).id
        if field.type == "many2many":
            return [fields.Command.set(self.sample(field.comodel_name, company).ids)]
        if field.type == "selection":
            return field.get_values(self.env)[0]
        numbers = itertools.count(1)
        return {"date": fields.Date.today(), "datetime": fields.Datetime.now(), "json": []}.get(
            field.type, next(numbers) if field.type in ("integer", "float", "monetary") else "sample"
        )
