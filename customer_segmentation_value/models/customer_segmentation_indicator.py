"""One weighted measure of the value score, composed by a manager without code.

Three kinds, each read by one query for all customers (`customer_segmentation_indicator_values.py`):

    measure    one of the declared measures (`customer.segmentation.measure`)
    field      a stored number, checkbox or selection of the contact
    records    how many records of a model point to the customer, their sum, average or last day

What is typed are names and a domain. Names are looked up in the registry, and everything is checked, and read, with the
rights of whoever typed it; nothing typed ever becomes SQL.
"""

import itertools

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.context import Told
from odoo.addons.customer_segmentation.tools.words import listed
from odoo.exceptions import UserError, ValidationError

# The value score cannot weigh itself.
NUMBERS = ("integer", "float", "monetary")
FIELD_TYPES = (*NUMBERS, "boolean", "selection")
LINK_TYPES = ("many2one", "many2many", "many2one_reference")
OWN_MODELS = "customer.segmentation."  # made from the scores, or the rules themselves
MAXIMUM_MONTHS = 240
# Where a record says its day: what was imported was created on the day of the import.
DATES = ("date", "date_order", "start", "create_date")
# What says where the values come from, by kind.
SOURCE_OF_KIND = {
    "measure": ["measure"],
    "field": ["partner_field"],
    "records": ["model_name", "link_field", "aggregate", "amount_field", "date_field", "window_months", "domain"],
}
SOURCE = {"kind", *itertools.chain.from_iterable(SOURCE_OF_KIND.values())}


class CustomerSegmentationIndicator(models.Model):
    _name = "customer.segmentation.indicator"
    _inherit = ["customer.condition", "customer.rule.child"]
    _description = "Value Indicator"
    _order = "policy_id, sequence, id"
    _set_with_rules = ()

    policy_id = fields.Many2one("customer.segmentation.policy", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="policy_id.company_id")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, help="An indicator that is switched off weighs nothing.")
    name = fields.Char(required=True, translate=True, help="What salespeople read beside the points.")
    weight = fields.Float(
        string="Weight (%)", required=True, digits=(5, 1), help="All weights of the value score add up to 100%."
    )
    kind = fields.Selection(
        [("measure", "Measure"), ("field", "Field of the contact"), ("records", "Records of the customer")],
        required=True,
        default="measure",
        help="Measure: computed from purchases, payments and contacts. Field of the contact: something you keep on "
        "the contact. Records of the customer: how many there are, their sum, average or last day, such as meetings, "
        "tickets or ratings.",
    )
    measure = fields.Selection("_selection_measure", default="revenue")
    partner_model = fields.Char(compute="_compute_partner_model")
    partner_field = fields.Char(
        string="Contact Field",
        help="A stored number, checkbox or selection of the contact; a selection counts by the order of its values.",
    )
    model_name = fields.Selection(
        selection="_selection_model_name", string="Records", help="Whatever is linked to customers in this database."
    )
    link_field = fields.Char(
        string="Linked by",
        compute="_compute_link_field",
        store=True,
        readonly=False,
        precompute=True,
        help="The field of the record that names the customer or one of its people.",
    )
    aggregate = fields.Selection(
        [("count", "Count"), ("sum", "Sum"), ("average", "Average"), ("last", "Days since the last")],
        required=True,
        default="count",
    )
    amount_field = fields.Char(string="Number", help="The number that is added up or averaged.")
    date_field = fields.Char(
        string="Dated by",
        compute="_compute_link_field",
        store=True,
        readonly=False,
        precompute=True,
        help="The day of the record: it must lie in the months chosen, and gives the currency rate of an amount.",
    )
    window_months = fields.Integer(
        string="Months", default=12, required=True, help="Records of so many months count; 0: all of them."
    )
    domain = fields.Char(string="Only Records", default="[]", required=True, help="Which of the records count.")
    higher_is_better = fields.Boolean(
        compute="_compute_higher_is_better",
        store=True,
        readonly=False,
        precompute=True,
        help="Switched off: less is better, as with days paid late.",
    )
    missing = fields.Selection(
        [("worst", "As worst"), ("neutral", "As the middle"), ("left_out", "Not at all")],
        string="If Unknown, Counts",
        required=True,
        default="left_out",
        help="What counts for a customer of whom nothing is known. As worst: no points. As the middle: half of the "
        "points. Not at all: the weight goes to the customer's other indicators.",
    )

    author_id = fields.Many2one(
        help="Who said what is weighed, last. Each run reads what this user may read in the company, and no more.",
    )

    _weight_positive = models.Constraint(
        "CHECK (weight > 0 AND weight <= 100)", "The weight of an indicator is above 0 and at most 100%."
    )

    @api.model
    def _typed_fields(self):
        return tuple(sorted(SOURCE))

    # ------------------------------------------------------------------ what is offered

    @api.depends("kind")
    def _compute_partner_model(self):
        self.partner_model = "res.partner"

    @api.depends("kind", "measure", "aggregate")
    def _compute_higher_is_better(self):
        declared = self.env["customer.segmentation.measure"]._declared()
        for indicator in self:
            measure = declared.get(indicator.measure) if indicator.kind == "measure" else None
            last = indicator.kind == "records" and indicator.aggregate == "last"
            indicator.higher_is_better = measure.higher_is_better if measure else not last

    @api.depends("model_name")
    def _compute_link_field(self):
        for indicator in self:
            if indicator.model_name not in self.env:
                indicator.link_field = indicator.date_field = False
                continue
            known = self.env[indicator.model_name]._fields
            links = self._links(indicator.model_name)
            if indicator.link_field not in links:
                indicator.link_field = "partner_id" if "partner_id" in links else next(iter(links), False)
            indicator.date_field = next((name for name in DATES if name in known), False)

    @api.model
    def _selection_model_name(self):
        """The models linked to customers that the user may read, by their names in the user's language."""
        names = [
            name
            for name, model in self.env.registry.items()
            if not (model._abstract or model._transient or name.startswith(OWN_MODELS))
            and self._links(name)
            and self.env[name].sudo(False).has_access("read")
        ]
        labels = {model.model: model.name for model in self.env["ir.model"].sudo().search([("model", "in", names)])}
        return sorted(((name, labels.get(name, name)) for name in names), key=lambda choice: (choice[1], choice[0]))

    @api.model
    def _links(self, model_name):
        """The stored fields of a model by which its records are linked to contacts, many2one first: {name: field}."""
        links = {
            name: field
            for name, field in self.env[model_name]._fields.items()
            if field.store
            and not field.company_dependent
            and field.type in LINK_TYPES
            and (field.type == "many2one_reference" or field.comodel_name == "res.partner")
        }
        return dict(sorted(links.items(), key=lambda link: LINK_TYPES.index(link[1].type)))

    @api.onchange("kind", "measure", "partner_field", "model_name")
    def _onchange_source(self):
        """Offer the name of what is weighed, as long as no other name is typed."""
        measures = dict(self._fields["measure"]._description_selection(self.env))
        models = dict(self._selection_model_name())
        known = self.env["res.partner"]._fields
        partner_fields = {name: field._description_string(self.env) for name, field in known.items()}
        if self.name and self.name not in {*measures.values(), *models.values(), *partner_fields.values()}:
            return
        self.name = {
            "measure": measures.get(self.measure),
            "field": partner_fields.get(self.partner_field),
            "records": models.get(self.model_name),
        }[self.kind]

    @api.onchange("model_name")
    def _onchange_model_name(self):
        """Other records have other fields."""
        self.domain = "[]"
        if self.amount_field not in (self.env[self.model_name]._fields if self.model_name in self.env else ()):
            self.amount_field = False

    # ------------------------------------------------------------------ checks of one indicator

    @api.constrains(*sorted(SOURCE))
    def _check_source(self):
        for indicator in self:
            if problem := indicator._problem() or indicator._refused_to_author():
                raise ValidationError(
                    self.env._("Indicator “%(name)s”: %(problem)s", name=indicator.name, problem=problem)
                )

    def _problem(self):
        """Why the indicator cannot be computed in this database, in words; nothing if it can."""
        self.ensure_one()
        return {
            "measure": self._problem_of_measure,
            "field": self._problem_of_field,
            "records": self._problem_of_records,
        }[self.kind]()

    @api.model
    def _selection_measure(self):
        """All measures a tier may ask for, but the value score, which cannot weigh itself."""
        measures = self.env["customer.tier.criterion"]._fields["measure"]._description_selection(self.env)
        return [(name, label) for name, label in measures if name != "value_score"]

    def _problem_of_measure(self):
        if self.measure != "value_score" and self.measure in self.env["customer.segmentation.measure"]._declared():
            return None
        if not self.measure:
            return self.env._("choose the measure to weigh.")
        return self.env._("the measure %s does not exist any more; choose another one.", self.measure)

    def _problem_of_field(self):
        return self._problem_with("res.partner", self.partner_field, FIELD_TYPES)

    def _problem_of_records(self):
        if not self.model_name:
            return self.env._("choose the records to weigh.")
        if self.model_name not in self.env:
            return self.env._(
                "there are no records “%s” any more; the app they belong to was removed. Delete the indicator, or "
                "install the app again.",
                self.model_name,
            )
        if self.link_field not in self._links(self.model_name):
            return self.env._(
                "“%(name)s” does not link %(model)s to customers; choose one of: %(links)s.",
                name=self.link_field or "",
                model=self.model_name,
                links=", ".join(self._links(self.model_name)) or "–",
            )
        if not 0 <= self.window_months <= MAXIMUM_MONTHS:
            return self.env._("the months are %s; they must be 0 (all records) to 240.", self.window_months)
        if self.aggregate in ("sum", "average") and (
            problem := self._problem_with(self.model_name, self.amount_field, NUMBERS)
        ):
            return problem
        if self.window_months or self.aggregate == "last" or self.date_field:
            return self._problem_with(self.model_name, self.date_field, ("date", "datetime"))
        return None

    def _problem_with(self, model_name, name, types):
        """Why a field cannot be read as one of these types."""
        model = self.env["ir.model"].sudo()._get(model_name).name or model_name
        if not name:
            return self.env._("choose a field of %s.", model)
        field = self.env[model_name]._fields.get(name)
        if field is None:
            return self.env._("%(model)s has no field “%(name)s”.", model=model, name=name)
        if not (field.store and field.column_type) or field.type not in types:
            return self.env._(
                "“%(name)s” of %(model)s is of type %(type)s and cannot be used here; choose a stored field of type "
                "%(types)s.",
                name=name,
                model=model,
                type=field.type,
                types=listed(self.env, types),
            )
        return None

    def _refused_to_author(self, company=None):
        """What the indicator reads that its author may not read, in words; also when there is no author any more."""
        if self.kind == "measure":
            return None
        try:
            reader = self._evaluator((company or self.company_id).sudo().root_id)
        except UserError as error:
            return str(error)
        refused = self._refused_names(reader)
        if refused or self.kind == "field":
            return refused
        refusal = reader._refusal(self.domain, self.model_name)
        return self.env._("these records cannot be searched for: %s", refusal) if refusal else None

    def _refused_names(self, reader):
        """The model or the field that an evaluator may not read, in words."""
        model_name = self.model_name if self.kind == "records" else "res.partner"
        model, user = reader.env[model_name].sudo(False), reader.env.user
        if not model.has_access("read"):
            return self.env._("%(user)s may not read %(model)s.", user=user.name, model=model_name)
        names = [self.partner_field] if self.kind == "field" else [self.link_field, self.amount_field, self.date_field]
        for name in filter(None, names):
            if name in model._fields and not model._has_field_access(model._fields[name], "read"):
                return self.env._(
                    "%(user)s may not read “%(name)s” of %(model)s.", user=user.name, name=name, model=model_name
                )
        return None

    @api.model
    def _check_typed_model(self, vals):
        """Say what is wrong with the name of a model; the selection itself would only say that it is."""
        name = vals.get("model_name")
        if name and name not in dict(self._selection_model_name()):
            raise ValidationError(
                self.env._(
                    "“%s” cannot be weighed: there are no such records, they are not linked to customers, or you may "
                    "not read them.",
                    name,
                )
            )

    # ------------------------------------------------------------------ the weights as a whole

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_typed_model(vals)
        indicators = super(
            CustomerSegmentationIndicator, self.with_context(weights_checked_by_caller=Told.BY_CODE)
        ).create(vals_list)
        indicators = indicators.with_env(self.env)
        indicators.policy_id._indicators_changed({})
        return indicators

    def write(self, vals):
        self._check_typed_model(vals)
        policies = self.policy_id
        before = policies._indicators_asked()
        result = super().write(vals)
        (policies | self.policy_id)._indicators_changed(before)
        return result

    def unlink(self):
        policies = self.policy_id
        before = policies._indicators_asked()
        result = super().unlink()
        policies._indicators_changed(before)
        return result

    def _asks(self):
        """All that makes it another rule when it changes, as plain values."""
        self.ensure_one()
        names = ("weight", "kind", "higher_is_better", "missing", *self._source_fields())
        return self.id, [self[name] for name in names]

    def _source_fields(self):
        return SOURCE_OF_KIND[self.kind]
