"""Customers in chosen states, changes nobody has dealt with, and playbooks that are on."""

from datetime import timedelta

from odoo.tests import new_test_user

from .common import SegmentationCase


class PlaybookCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = False  # whatever day it is, somebody works
        cls.playbooks = cls.env["customer.playbook"]
        cls.playbooks.search([]).unlink()
        cls.entries = cls.env["customer.playbook.entry"]
        cls.policy.recompute()  # a finished run for the changes to belong to
        cls.env["customer.segmentation.transition"].search([]).processed = True
        cls.seller = cls.user("seller")
        cls.champions, cls.at_risk, cls.lost = (cls.segment(code) for code in ("champions", "at_risk", "lost"))
        cls.work()

    @classmethod
    def user(cls, login, groups="sales_team.group_sale_salesman", **values):
        return new_test_user(cls.env, f"playbook_{login}", groups=groups, **values)

    @classmethod
    def segment(cls, code):
        return cls.policy.scheme_id.segment_ids.filtered(lambda segment: segment.code == code)

    @classmethod
    def playbook(cls, name="Win back", start=True, company=None, **values):
        values = {"segment_ids": cls.at_risk.ids, "summary": "Call {{ object.partner_id.name }}", **values}
        playbook = cls.playbooks.create({"name": name, **values})
        if start:
            playbook._start(company or cls.company)
        return playbook

    @classmethod
    def scored(cls, segment=None, name="Customer", revenue=100.0, company=None, partner=None, **values):
        """The profile of a new customer; values of the contact are those that contacts have."""
        contact_fields = {"user_id", "email", "country_id", "customer_birthday", "lang", "service_user_id"}
        contact = {key: values.pop(key) for key in contact_fields & values.keys()}
        partner = partner or cls.customer(name, **{"user_id": cls.seller.id, **contact})
        return cls.env["customer.segmentation.profile"].create(
            {
                "partner_id": partner.id,
                "company_id": (company or cls.company).id,
                "revenue": revenue,
                "segment_id": segment.id if segment else False,
                "segment_since": cls.today,
                "first_order_date": cls.day(100),
                "last_order_date": cls.day(50),
                "lifetime_order_count": 2,
                **values,
            }
        )

    @classmethod
    def move(cls, profile, segment=None, *, tier=None, abc_class=None, processed=False, days_ago=0):
        """Change a profile as a run does, and leave the change behind."""
        after = {
            "segment_id": (segment or profile.segment_id).id,
            "tier_id": (tier or profile.tier_id).id,
            "abc_class": abc_class or profile.abc_class,
        }
        change = {"from_" + name: profile[name].id if name.endswith("_id") else profile[name] for name in after}
        policy = cls.policy_of(profile.company_id)
        transition = cls.env["customer.segmentation.transition"].create(
            {
                "profile_id": profile.id,
                "run_id": policy.last_run_id.id,
                "date": cls.day(days_ago),
                "processed": processed,
                "revenue": profile.revenue,
                **change,
                **{"to_" + name: value for name, value in after.items()},
            }
        )
        if segment:
            after["segment_since"] = cls.day(days_ago)
        profile.write(after)
        return transition

    @classmethod
    def falls(cls, name="Customer", segment=None, **values):
        """A customer who has just moved from Champions to At Risk."""
        profile = cls.scored(cls.champions, name, **values)
        cls.move(profile, segment or cls.at_risk)
        return profile

    @classmethod
    def work(cls):
        """All batches of the scheduled action, in this transaction."""
        cls.env.flush_all()
        list(cls.env["customer.playbook.engine"]._batches())
        cls.env.invalidate_all()

    @classmethod
    def next_day(cls):
        """As if the last look was yesterday's."""
        cls.env["customer.playbook.state"].search([]).states_date = cls.today - timedelta(days=1)

    @classmethod
    def entries_of(cls, *profiles, **domain):
        ids = [profile.id for profile in profiles]
        terms = [("profile_id", "in", ids), *[(name, "=", value) for name, value in domain.items()]]
        return cls.entries.search(terms, order="id")

    @classmethod
    def activities_of(cls, profile, active=True):
        return (
            cls.env["mail.activity"]
            .with_context(active_test=False)
            .search(
                [("res_model", "=", "res.partner"), ("res_id", "=", profile.partner_id.id), ("active", "=", active)]
            )
        )
