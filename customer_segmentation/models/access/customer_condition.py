"""Who typed a condition: kept by every record that holds one, so that it is asked with that user's rights."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class CustomerCondition(models.AbstractModel):
    _name = "customer.condition"
    _inherit = ["customer.guarded"]
    _description = "Condition and Who Typed It"

    author_id = fields.Many2one(
        "res.users",
        string="Set up by",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Who typed the conditions, last. They find what this user may find, in the company they are for.",
    )

    @api.model
    def _typed_fields(self):
        """What is typed: whoever changes one of these fields is the author from then on."""
        return ()

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_author(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_author(vals) if vals.keys() & {"author_id", *self._typed_fields()} else vals)

    @api.model
    def _with_author(self, vals):
        """Values as whoever writes may say them: nobody but OdooBot itself, a module or a script, names an author.

        Not even as superuser, as which the lines of a form are saved.
        """
        named = vals.get("author_id") if self.env.uid == SUPERUSER_ID else None
        return {**vals, "author_id": named or self.env.uid}

    # ------------------------------------------------------------------ asking

    def _author(self):
        """Whose rights the conditions are asked with: of what is being typed in a form, whoever types it."""
        self.ensure_one()
        kept = self._origin
        typing = not kept or any(self[name] != kept[name] for name in self._typed_fields())
        return self.env.user if typing else kept.sudo().author_id

    def _evaluator(self, company):
        """The conditions of this record are asked with this, in a root company.

        :raise UserError: when its author is gone, naming who can repair it
        """
        return self.env["customer.audience"]._asked_by(self._author(), company)

    def action_take_over_conditions(self):
        """Become the author of the conditions, which are checked with one's own rights."""
        if not self.env.user.has_group("customer_segmentation.group_manager"):
            raise AccessError(self.env._("Only managers of Customer Segmentation take conditions over."))
        for record in self:
            values = {name: record[name] for name in self._typed_fields()}
            record.write({name: self._fields[name].convert_to_write(value, record) for name, value in values.items()})
        return True

    # ------------------------------------------------------------------ records from before authors were kept

    def _init_column(self, column_name):
        """Who made a record, else who wrote it; only what nobody but OdooBot touched is OdooBot's."""
        if column_name != "author_id":
            return super()._init_column(column_name)
        people = [SQL("NULLIF(%s, %s)", SQL.identifier(name), SUPERUSER_ID) for name in self._known_people()]
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET author_id = COALESCE(%s, create_uid) WHERE author_id IS NULL",
                SQL.identifier(self._table),
                SQL(", ").join(people),
            )
        )
        return None

    @api.model
    def _known_people(self):
        return ["create_uid", "write_uid"]
