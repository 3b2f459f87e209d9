"""Conditions on contacts that a manager types: the audience of a playbook, the members of a group.

They are checked when they are saved, with the rights of whoever saves them: conditions ask only for what their author
may search by.
"""

import ast

from psycopg2 import Error as DatabaseError

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

REFUSALS = (
    ValueError,
    TypeError,
    SyntaxError,
    RecursionError,
    MemoryError,
    KeyError,
    DatabaseError,
    AccessError,
    UserError,
    NotImplementedError,
)


class CustomerAudience(models.AbstractModel):
    _name = "customer.audience"
    _description = "Conditions on Contacts"

    @api.model
    def _domain(self, text):
        """Typed conditions as a domain on contacts; only constants, no Python."""
        return Domain(ast.literal_eval((text or "[]").strip() or "[]"))

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
            domain = self._domain(text)
            records = self.env[model]
            if any(condition.operator.endswith("!") for condition in domain.iter_conditions()):
                raise ValueError("operators ending in ! pass by the access rights")
            domain.validate(records)
            with self.env.cr.savepoint():
                self.env.cr.execute(records._search(domain, limit=1).select(), log_exceptions=False)
        except REFUSALS as error:
            return str(error) or text
        return None
