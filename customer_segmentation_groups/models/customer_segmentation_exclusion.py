from odoo import models
from odoo.tools import SQL


class CustomerSegmentationExclusion(models.Model):
    _inherit = "customer.segmentation.exclusion"

    def _take_effect(self):
        self._leave_groups()
        return super()._take_effect()

    def _leave_groups(self):
        """Take the customers out of the fixed members of the groups of the companies that exclude them."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """DELETE FROM customer_segmentation_group_member_rel link
                    USING customer_segmentation_group listed, res_partner member,
                          customer_segmentation_exclusion exclusion
                    WHERE listed.id = link.group_id AND member.id = link.partner_id
                      AND exclusion.partner_id = member.commercial_partner_id
                      AND (exclusion.company_id IS NULL OR exclusion.company_id = listed.company_id)
                      AND exclusion.id = ANY(%s)""",
                self.ids,
            )
        )
