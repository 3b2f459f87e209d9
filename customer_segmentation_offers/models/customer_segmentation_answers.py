from odoo import api, models


class CustomerSegmentationAnswers(models.AbstractModel):
    _inherit = "customer.segmentation.answers"

    @api.model
    @api.readonly
    def due(self, partner_id, limit=10):
        """The products a customer needs again now, by how often they were bought lately.

        :param partner_id: a contact; that of a company stands for the company
        :param limit: so many at most
        :return: a list of `product_tmpl_id, product_id, name, reason, times, gap_days, days_ago, quantity, uom`
        """
        return self._about_products("_due", partner_id, limit)

    @api.model
    @api.readonly
    def no_longer(self, partner_id, limit=10):
        """The products a customer bought regularly and buys no longer, by the revenue they brought.

        :param partner_id: a contact; that of a company stands for the company
        :param limit: so many at most
        :return: a list of `product_tmpl_id, product_id, name, reason, times, gap_days, days_ago, quantity, uom`
        """
        return self._about_products("_lost", partner_id, limit)

    @api.model
    def _about_products(self, what, partner_id, limit):
        customer, limit = self._asked_about(partner_id), self._at_most(limit)
        return self._about_products_of(what, customer, limit).get(customer.id, [])

    @api.model
    def _about_products_of(self, what, customers, limit):
        """The same of several customers whose contact and figures the user may see: {customer id: list}.

        :param what: "_due" or "_lost" of `customer.product.habit`
        """
        policy = self.env["customer.segmentation.policy"]._of_company(self.env.company)
        if not customers or not policy or not policy._is_at_work():
            return {}
        found = getattr(self.env["customer.product.habit"], what)(policy, customers, limit)
        return {
            customer_id: [self._as_plain_values(policy, what, habit) for habit in habits]
            for customer_id, habits in found.items()
        }

    @api.model
    def _as_plain_values(self, policy, what, habit):
        words = self.env["customer.product.habit.words"]
        is_due = what == "_due"
        reason = words._due_in_words(habit) if is_due else words._lost_in_words(habit, policy.currency_id)
        return {
            "product_tmpl_id": habit.product.product_tmpl_id.id,
            "product_id": habit.product.id,
            "name": words._name_of(habit),
            "reason": reason,
            "times": habit.times,
            "gap_days": habit.gap_days,
            "days_ago": habit.days_ago,
            "quantity": habit.quantity,
            "uom": habit.product.uom_id.name,
        }
