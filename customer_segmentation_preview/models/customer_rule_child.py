from odoo import fields, models


class SameModel(fields.Many2one):
    """To a record of the model that inherits the field."""

    def _get_attrs(self, model_class, name):
        return {**super()._get_attrs(model_class, name), "comodel_name": model_class._name}


class CustomerRuleChild(models.AbstractModel):
    _inherit = "customer.rule.child"

    origin_id = SameModel(
        readonly=True,
        engine_only=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="What this part of a draft is to change.",
    )

    def _origin_record(self):
        return self.origin_id if self[self._rules_path].draft_of_id else self

    def _take_over_words(self, copy):
        """Give a record what differs in its copy and is no rule: names, colours, benefits."""
        values = {}
        for name, field in copy._fields.items():
            if not field.store or not field.copy or name in models.MAGIC_COLUMNS or field.type == "one2many":
                continue
            if getattr(field, "engine_only", False):
                continue
            if name in (self._rules_path, *self._set_with_rules) or copy[name] == self[name]:
                continue
            if field.translate:
                self.update_field_translations(name, field._get_stored_translations(copy) or {})
            else:
                values[name] = field.convert_to_write(copy[name], copy)
        if values:
            self.write(values)
