"""What the models of this family promise about what a user, or a program in a user's name, may put into them.

    customer.engine.fields   a field declared `engine_only=True` is written by the engine, as superuser, alone
    customer.one.record      what is done with one record says so when none or several are named
    customer.guarded         and: what a value refers to may be read by who gives it; a changed row is judged like a
                             new one
    customer.wizard          and: a row belongs to who made it

They check wherever values come from: a form, RPC, an import, a default of the context, a form that is not saved yet.
"""

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.orm.identifiers import NewId

from ...tools.bounds import COLUMN, bounds_of
from ...tools.days import day_given
from ...tools.words import listed


class CustomerOneRecord(models.AbstractModel):
    _name = "customer.one.record"
    _description = "What Is Done with One Record"

    def ensure_one(self):
        """In words: a program may ask for what is done with one record, and name none or several."""
        if len(self._ids) != 1 or self._abstract:
            raise UserError(self.env._("This is done with one record at a time, not with %s.", len(self._ids)))
        return self


class CustomerEngineFields(models.AbstractModel):
    _name = "customer.engine.fields"
    _description = "Fields Written by the Engine Only"

    def _valid_field_parameter(self, field, name):
        return name == "engine_only" or super()._valid_field_parameter(field, name)

    @api.model
    def _engine_only(self, names):
        """Those of these fields that only the engine writes; none for the engine itself."""
        if self.env.su:
            return []
        return [name for name in names if getattr(self._fields.get(name), "engine_only", False)]

    @api.model
    def _check_engine_only(self, vals):
        for name in self._engine_only(vals):
            raise AccessError(
                self.env._(
                    "%(field)s is kept by the program itself and cannot be set.",
                    field=self._fields[name]._description_string(self.env),
                )
            )

    @api.model
    def default_get(self, fields):
        """Neither the context nor a default the user saved decides what the engine alone writes."""
        engine_only = self._engine_only(fields)
        defaults = super().default_get([name for name in fields if name not in engine_only])
        for name in engine_only:
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self, validate=False)
                defaults[name] = field.convert_to_write(value, self)
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_engine_only(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_engine_only(vals)
        return super().write(vals)

    def copy_data(self, default=None):
        """A copy is a new record: what the engine keeps about the first is not true of it."""
        values_list = super().copy_data(default)
        kept = self._engine_only(self._fields.keys() - (default or {}).keys())
        return [{name: value for name, value in values.items() if name not in kept} for values in values_list]


class CustomerGuarded(models.AbstractModel):
    _name = "customer.guarded"
    _inherit = ["customer.engine.fields", "customer.one.record"]
    _description = "Guarded Against What a User May Not Refer To"

    _days_are_meant = True  # a day far from our time is a slip of the key

    def _valid_field_parameter(self, field, name):
        return name == "bounds" or super()._valid_field_parameter(field, name)

    @api.model
    def _engine_only(self, names):
        """What is computed and stored, too: Odoo would let it be overwritten."""
        computed = [] if self.env.su else [name for name in names if self._is_computed(self._fields.get(name))]
        return [*computed, *(name for name in super()._engine_only(names) if name not in computed)]

    @api.model
    def _is_computed(self, field):
        return field is not None and field.store and field.readonly and bool(field.compute or field.related)

    @api.model
    def default_get(self, fields):
        context, ignored = self.env.context, self._engine_only(fields)
        given = {name: context.get(f"default_{name}") for name in fields if name not in ignored}
        self._check_references([given])  # before Odoo makes a record not saved yet of the values of one
        defaults = super().default_get(fields)
        self._check_references([defaults])
        self._check_bounds([defaults])
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        self._check_references(vals_list)
        self._check_colleagues(vals_list)
        self._check_bounds(vals_list)
        self._check_words(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_references([vals])
        self._check_colleagues([vals])
        self._check_bounds([vals])
        self._check_words([vals])
        result = super().write(vals)
        self._check_as_new()
        return result

    def onchange(self, values, field_names, fields_spec):
        """A form that is not saved tells what is computed from its values: they are checked like saved ones."""
        self._check_references([values])
        return super().onchange(values, field_names, fields_spec)

    def _check_as_new(self):
        """Odoo judges a row before it is written; it must not become one its writer could not have written or made."""
        self.check_access("write")
        if self.browse().has_access("create"):
            self.check_access("create")

    @api.model
    def _check_references(self, vals_list):
        """Refuse records the user may not read: their names and figures would be told by what refers to them."""
        if not self.env.su:
            self._check_references_of(self, vals_list)

    @api.model
    def _check_references_of(self, model, vals_list):
        """
        :param model: this one, or that of its new lines when it is not guarded itself
        """
        found = {}
        for vals in vals_list:
            for name, value in vals.items():
                field = model._fields.get(name)
                given = value or isinstance(value, NewId)  # which is false, whatever record it shows
                if field is not None and field.relational and given:
                    found.setdefault(name, set()).update(self._referred(field, value))
        for name, ids in found.items():
            if ids:
                self._check_may_refer(name, self.env[model._fields[name].comodel_name].browse(sorted(ids)))

    @api.model
    def _check_colleagues(self, vals_list):
        """Refuse people of other companies: what is given to them to do tells them whom it is about."""
        if self.env.su:
            return
        fields = [field for field in self._fields.values() if field.comodel_name == "res.users"]
        given = [(field, vals[field.name]) for vals in vals_list for field in fields if vals.get(field.name)]
        ids = {identifier for field, value in given for identifier in self._referred(field, value)}
        companies = self.env.companies.sudo().root_id
        for user in self.env["res.users"].sudo().browse(sorted(ids)):
            if not user.company_ids.root_id & companies:
                raise UserError(
                    self.env._(
                        "%(person)s does not work in %(company)s. Choose somebody who does.",
                        person=user.name,
                        company=listed(self.env, companies.mapped("name")),
                    )
                )

    @api.model
    def _check_bounds(self, vals_list):
        """Refuse numbers and days that cannot be meant before the database meets them, from the engine, too."""
        for vals in vals_list:
            for name, value in vals.items():
                field = self._fields.get(name)
                if field is not None and field.type == "date" and field.store and self._days_are_meant:
                    self._check_day(value)
                if field is None or field.type not in ("integer", "float", "monetary") or not value:
                    continue
                least, most = bounds_of(self._name, field)
                if most is not None and not _is_between(value, least, most):
                    raise ValidationError(self._out_of_bounds_message(field, value, least, most))

    @api.model
    def _check_words(self, vals_list):
        """Refuse blanks where words are required: a form cuts them off, to the database they are some."""
        for vals in vals_list:
            for name, value in vals.items():
                field = self._fields.get(name)
                is_blank = isinstance(value, str) and not value.strip()
                if is_blank and field is not None and field.required and field.type in ("char", "text"):
                    raise ValidationError(self.env._("%s is empty.", field._description_string(self.env)))

    @api.model
    def _check_day(self, value):
        try:
            day_given(self.env, value)
        except UserError as error:
            raise ValidationError(str(error)) from error

    @api.model
    def _out_of_bounds_message(self, field, value, least, most):
        words = {"label": field._description_string(self.env), "value": value, "least": least, "most": most}
        if least in (None, COLUMN[0]) and not value < 0:
            return self.env._("%(label)s is %(value)s; it must be %(most)s at most.", **words)
        return self.env._("%(label)s is %(value)s; it must be %(least)s to %(most)s.", **words)

    @api.model
    def _referred(self, field, value):
        """The identifiers in a value as `create`, `write` and `onchange` take it; new lines are checked on the way."""
        if isinstance(value, models.BaseModel):
            return value._origin.ids
        if field.type == "many2one":
            return self._whole_numbers(field, [self._identifier(field, value)])
        ids = []
        for command in value:
            ids += self._referred_by_command(field, command)
        return self._whole_numbers(field, ids)

    @api.model
    def _referred_by_command(self, field, command):
        """The identifiers a command of `odoo.fields.Command` links or changes, read from where Odoo reads them."""
        if not isinstance(command, (tuple, list)):
            command = (0, 0, command) if isinstance(command, dict) else (4, command)
        code, identifier, values = (*command, None, None)[:3]
        if code in (0, 1) and values:
            lines = self.env[field.comodel_name]
            guarded = isinstance(lines, self.pool["customer.guarded"])
            (lines if guarded else self)._check_references_of(lines, [values])
        if code == 6:
            return values or []
        return [identifier] if code in (1, 4) else []

    @api.model
    def _whole_numbers(self, field, identifiers):
        """Those of saved records; whatever else Odoo or the database might take for one is refused, unread as it is.

        A default that is told as `{"id": 5}` has become a record not saved yet that shows what record 5 is.

        :raise ValidationError: when one is neither a number, nor empty, nor that of a record not saved yet
        """
        saved = [one.origin if isinstance(one, NewId) else one for one in identifiers]
        for identifier in filter(None, saved):
            if not isinstance(identifier, int) or identifier is True:
                raise ValidationError(
                    self.env._(
                        "%(label)s: %(value)s is no number of a record.",
                        label=field._description_string(self.env),
                        value=identifier,
                    )
                )
        return [identifier for identifier in saved if identifier]

    @api.model
    def _identifier(self, field, value):
        """That of a record; nothing of one that is not saved.

        A form sends with a row what was typed in the record above it, which Odoo takes as if it were saved: what these
        values refer to is checked as well.
        """
        if isinstance(value, (tuple, list)):
            return value[0] if value else False
        if not isinstance(value, dict):
            return value
        above = self.env[field.comodel_name]
        guarded = isinstance(above, self.pool["customer.guarded"])
        typed = {name: given for name, given in value.items() if name not in ("id", "display_name")}
        (above if guarded else self)._check_references_of(above, [typed])
        return value.get("id")

    @api.model
    def _check_may_refer(self, name, records):
        """A company must be the user's own, anything else readable.

        :param name: the field that refers to the records
        """
        if records._name == "res.company":
            records._check_own()
        else:
            records.check_access("read")


def _is_between(value, least, most):
    """Whether a number is; Odoo itself says what is none."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return not isinstance(value, int)
    return (least is None or least <= number) and number <= most


class CustomerWizard(models.AbstractModel):
    _name = "customer.wizard"
    _inherit = ["customer.guarded"]
    _description = "Dialog or List of One User"

    _company_path = None  # to the company a row is about; whoever left the company no longer sees it

    @api.model
    def _own_rows(self):
        """The rows the user made, on parents the user made."""
        own = Domain("create_uid", "=", self.env.uid)
        if self._company_path:
            own &= Domain(self._company_path, "parent_of", self.env.companies.ids)
        for name, field in self._fields.items():
            parent = self.env[field.comodel_name] if field.type == "many2one" and field.store else None
            if parent is not None and isinstance(parent, self.pool["customer.wizard"]):
                own &= Domain(name, "=", False) | Domain(name, "any", parent._own_rows())
        return own


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """Beside the rules of a database, and without one for each of our models.

        Rows of our wizards are their maker's. Rows about a customer are for who may see the contact: such a model says
        in `_customer_path` where it keeps it.
        """
        domain = super()._compute_domain(model_name, mode)
        if self.env.su:
            return domain
        model = self.env[model_name]
        if isinstance(model, self.pool["customer.wizard"]):
            domain &= model._own_rows()
        if path := getattr(model, "_customer_path", None):
            domain &= self._domain_of_customers(path)
        return domain.optimize(model)

    @api.model
    def _domain_of_customers(self, path):
        """Rows whose contact is everybody's, or of a company the reader works in or of one above it.

        Said by the companies out of sight: there are few contacts of those, or none, and PostgreSQL need not look at
        the contact of every row.
        """
        hidden = self.env["res.company"]._out_of_sight()
        if not hidden:
            return Domain.TRUE
        *parents, name = path.split(".")
        seen = Domain(name, "not any", Domain("company_id", "in", hidden))
        for parent in reversed(parents):  # the same join as that of a rule about the company: half the time
            seen = Domain(parent, "any", seen)
        return seen
