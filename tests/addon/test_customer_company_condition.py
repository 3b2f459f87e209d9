"""A condition on contacts means the company it was made for, whoever evaluates it: a scheduled action above all."""

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import SegmentationCase

CRON_LOG = "odoo.addons.base.models.ir_cron"


class TestCustomerCompanyCondition(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.other_company("South")
        cls.champions = cls.policy.scheme_id.segment_ids.filtered(lambda segment: segment.code == "champions")
        lost = cls.policy.scheme_id.segment_ids.filtered(lambda segment: segment.code == "lost")
        cls.here, cls.there, cls.nowhere = (cls.customer(name) for name in ("Here", "There", "Nowhere"))
        for partner, here, there in ((cls.here, cls.champions, lost), (cls.there, lost, cls.champions)):
            for company, segment in ((cls.company, here), (cls.other, there)):
                cls.env["customer.segmentation.profile"].create(
                    {"partner_id": partner.id, "company_id": company.id, "segment_id": segment.id, "revenue": 5}
                )
        cls.is_champion = Domain("customer_segment_id", "=", cls.champions.id)
        cls.customers = cls.here | cls.there | cls.nowhere

    def meant_for(self, company):
        return Domain("customer_company_id", "=", company.id) & self.is_champion

    def found(self, domain, records=None):
        records = self.env["res.partner"] if records is None else records
        return records.search(domain & Domain("id", "in", self.customers.ids))

    def run_job(self, domain):
        """A scheduled action of the system user that marks the contacts of a domain, as a mailing picks its own."""
        job = self.env["ir.cron"].create(
            {
                "name": "Pick customers",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "code",
                "code": f"model.search({list(domain)!r}).write({{'ref': 'picked'}})",
                "user_id": self.env.ref("base.user_root").id,
                "interval_type": "days",
            }
        )
        self.customers.ref = False
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.invalidate_all()
        return self.customers.filtered(lambda partner: partner.ref == "picked")

    def test_job_finds_the_customers_of_the_company_the_condition_names(self):
        self.assertEqual(self.run_job(self.meant_for(self.company)), self.here)
        self.assertEqual(self.run_job(self.meant_for(self.other)), self.there)

    def test_condition_without_a_company_is_refused_to_a_job_of_several(self):
        with mute_logger(CRON_LOG, "odoo.addons.base.models.ir_actions", "odoo.addons.base.models.ir_actions_server"):
            self.assertFalse(self.run_job(self.is_champion))
        self.policy_of(self.other).active = False
        self.assertEqual(self.run_job(self.is_champion), self.here, "of one company there is no doubt")

    def test_job_that_works_in_a_company_needs_no_term(self):
        working = self.env["res.partner"].with_context(cron_id=1).with_company(self.other)
        self.assertEqual(self.found(self.is_champion, working), self.there)

    def test_search_and_filter_agree(self):
        for company, expected in ((self.company, self.here), (self.other, self.there)):
            domain = self.meant_for(company)
            self.assertEqual(self.found(domain), expected)
            self.assertEqual(self.customers.filtered_domain(domain), expected)
        both = Domain.OR([self.meant_for(self.company), self.meant_for(self.other)])
        self.assertEqual(self.found(both), self.here | self.there)
        self.assertEqual(self.customers.filtered_domain(both), self.here | self.there)

    def test_archived_contacts_are_found_when_asked_for(self):
        self.there.active = False
        self.assertFalse(self.found(self.meant_for(self.other)))
        self.assertEqual(self.found(self.meant_for(self.other) & Domain("active", "=", False)), self.there)

    def test_conditions_at_the_end_of_a_path(self):
        leads = self.env["crm.lead"].create([{"name": one.name, "partner_id": one.id} for one in self.customers])
        domain = Domain("partner_id.customer_company_id", "=", self.other.id)
        domain &= Domain("partner_id.customer_segment_id", "=", self.champions.id) & Domain("id", "in", leads.ids)
        self.assertEqual(leads.search(domain).partner_id, self.there)
        user = new_test_user(self.env, "champion_user")
        user.partner_id = self.there
        self.assertEqual(self.env["res.users"].search(self.meant_for(self.other)), user)
        self.assertNotIn(user, self.env["res.users"].search(self.meant_for(self.company)))

    def test_a_company_in_which_one_may_not_work_is_refused(self):
        seller = new_test_user(self.env, "seller_here", groups="sales_team.group_sale_salesman_all_leads")
        contacts = self.env["res.partner"].with_user(seller)
        self.assertEqual(self.found(self.meant_for(self.company), contacts), self.here)
        with self.assertRaises(AccessError):
            contacts.search(self.meant_for(self.other))

    def test_typed_conditions_name_no_other_company_than_their_own(self):
        audience = self.env["customer.audience"]._asked_by(self.env.user, self.company)
        for text in (
            f"[('customer_company_id', '=', {self.other.id})]",
            f"[('customer_company_id', 'in', [{self.company.id}, {self.other.id}]), ('is_company', '=', True)]",
            f"['|', ('customer_company_id', '=', {self.other.id}), ('is_company', '=', True)]",
            f"[('parent_id.customer_company_id', '=', {self.other.id})]",
        ):
            with self.subTest(text=text), self.assertRaisesRegex(ValidationError, "names something else"):
                audience._check_conditions(text, "Playbook")
        audience._check_conditions(f"[('customer_company_id', '=', {self.company.id})]", "Playbook")

    def test_who_works_in_a_branch_means_its_root_company(self):
        branch = self.branch(self.other)
        seller = new_test_user(
            self.env,
            "seller_in_branch",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=branch.id,
            company_ids=branch.ids,
        )
        contacts = self.env["res.partner"].with_user(seller).with_company(branch)
        self.assertEqual(self.found(self.meant_for(branch), contacts), self.there)
        self.assertEqual(self.found(self.meant_for(self.other), contacts), self.there)

    def test_term_is_added_once_where_conditions_are_kept(self):
        audience = self.env["customer.audience"]
        kept = audience._made_for(repr(list(self.is_champion)), self.other)
        self.assertEqual(self.found(audience._domain(kept)), self.there)
        self.assertEqual(audience._made_for(kept, self.company), kept)

    def test_contacts_of_other_companies_stay_hidden(self):
        """The figures are those of the company named, the contacts those one may see."""
        self.there.company_id = self.other
        self.env.user.company_ids += self.other
        domain = self.meant_for(self.other)
        one_company = (
            self.env["res.partner"]
            .with_user(self.env.ref("base.user_admin"))
            .with_context(allowed_company_ids=self.company.ids)
        )
        self.env.ref("base.user_admin").company_ids += self.other
        self.assertFalse(self.found(domain, one_company))
