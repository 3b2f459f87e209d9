from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.rule_words import name_said
from odoo.addons.customer_segmentation.tools.words import window_in_words
from odoo.tools import format_date


class CustomerFollowUpWords(models.AbstractModel):
    """Why nobody calls a customer any more, and why somebody does again: from what is kept, to each reader."""

    _name = "customer.follow.up.words"
    _description = "Stopped Follow-up in Words"

    @api.model
    def _why(self, facts):
        """ "Low Value; no order since 3 May 2024; contacts in the last 12 months: 14."

        :param facts: from `_facts` of the review
        """
        name = name_said(facts["standing"], self.env)
        words = self.env._(
            "%(standing)s; no order since %(day)s; contacts %(window)s: %(count)s.",
            standing=name if facts["has_tiers"] else self.env._("Class C, %s", name),
            day=format_date(self.env, fields.Date.to_date(facts["last_order_date"])),
            window=window_in_words(self.env, facts["months"]),
            count=facts["contacts"],
        )
        shared = facts["is_shared"] and self.env["customer.segmentation.allocation"]._shared_in_words()
        return f"{words} {shared}" if shared else words

    @api.model
    def _ended(self, kind, name=None):
        """ "Taken from the public pool by Ben"

        :param name: of the person, or of the order
        """
        return {
            "taken": lambda: self.env._("Taken from the public pool by %s", name),
            "resumed": lambda: self.env._("Resumed by %s", name),
            "owned": lambda: self.env._("Salesperson set: %s", name),
            "ordered": lambda: self.env._("ordered %s", name),
            "bought": lambda: self.env._("bought again"),
            "merged": lambda: self.env._("Merged with a customer who is followed up"),
            "part": lambda: self.env._("Part of another customer now"),
            "excluded": lambda: self.env._("Excluded from profiling"),
        }[kind]()
