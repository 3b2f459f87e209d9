from markupsafe import Markup

from odoo import api, models


class MailActivityPlan(models.Model):
    _name = "mail.activity.plan"
    _inherit = ["mail.activity.plan", "customer.activity.target"]

    @api.model
    def _speak_language_of_database(self):
        """Write the plan that comes with the app in the language of the database: Odoo does not translate plans."""
        main_company = self.env["res.company"].sudo().search([], order="id", limit=1)
        language = self.env.ref("base.user_admin").lang or main_company.partner_id.lang
        if (language or "en_US") != "en_US":
            for name, values in self.with_context(lang=language)._texts_of_ready_plan().items():
                record = self.env.ref(f"customer_segmentation.{name}", raise_if_not_found=False)
                if record:
                    record.write(values)

    @api.model
    def _texts_of_ready_plan(self):
        """What is said in data/customer_playbook.xml, in the language of the environment."""
        paragraph = Markup("<p>%s</p>")
        return {
            "plan_welcome": {"name": self.env._("Welcome New Customer")},
            "plan_welcome_introduction": {
                "summary": self.env._("Introduce yourself: you are the person to call"),
                "note": paragraph
                % self.env._(
                    "Thank for the first order, say who you are and how to reach you, and ask what they need next."
                ),
            },
            "plan_welcome_check": {
                "summary": self.env._("Check: did everything arrive, is everything right?"),
                "note": paragraph
                % self.env._("Ask about delivery, quality and invoice. Settle at once what was not right."),
            },
            "plan_welcome_second_order": {
                "summary": self.env._("Suggest the second order"),
                "note": paragraph
                % self.env._("Suggest what goes with the first order, or offer to deliver it regularly."),
            },
        }
