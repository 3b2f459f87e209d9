from odoo import api, models
from odoo.exceptions import UserError

from ...tools.profile_fields import is_of_profile


class CustomerSegmentationMixin(models.AbstractModel):
    """Nobody types what a record tells about its customer; one that is not saved tells what its user may know.

    What is told about a record's customer is read as superuser, because who may read the record may know it. A form
    that is not saved yet can name anybody's customer in anybody's company.
    """

    _inherit = "customer.segmentation.mixin"

    def _open_to_user(self):
        """Without the records of a form whose typed customer or company the user may not know.

        Saved records cost nothing here: their rules were asked when they were read.
        """
        return self if all(self._ids) else self.filtered(lambda record: record.id or record._is_typed_openly())

    def _open_customer_id(self):
        """The customer of one record, None when the user may not know it."""
        return self._open_to_user()._profile_customer().id or None

    def _is_typed_openly(self):
        """Whether the user may know the customer and the company of a record that is not saved.

        Related and stored fields are computed as superuser: it is the user behind who is asked.
        """
        user = self.env(su=False)
        if user.su:
            return True
        customer, company, saved = self._profile_customer(), self._document_company(), self._origin
        if saved and (customer, company) == (saved._profile_customer(), saved._document_company()):
            return saved.with_env(user).has_access("read")
        return bool(company._filter_own()) and (not customer or customer.with_env(user).has_access("read"))

    def _update_cache(self, values, validate=True):
        """A form sends what it shows as well; that must not decide whose figures are read."""
        told = [name for name in values if name.startswith("customer_") and is_of_profile(self._fields.get(name))]
        if told:
            values = {name: value for name, value in values.items() if name not in told}
        return super()._update_cache(values, validate)

    # ------------------------------------------------------------------ nobody writes

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_no_profile_values(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_no_profile_values(vals)
        return super().write(vals)

    @api.model
    def _check_no_profile_values(self, vals):
        for name in vals:
            if name.startswith("customer_") and is_of_profile(self._fields.get(name)):
                raise UserError(
                    self.env._(
                        "%(field)s is computed from the customer's purchases and cannot be set.",
                        field=self._fields[name]._description_string(self.env),
                    )
                )
