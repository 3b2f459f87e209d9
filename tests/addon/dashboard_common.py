"""What tests of the dashboard share: reading its blocks, and holding every number against the records behind it."""

from odoo.addons.customer_segmentation.scoring.periods import period_at, previous

BLOCKS = ("segments", "heat_map", "movement", "value_at_risk", "pareto", "funnel", "cohorts")
# What a domain is called, and what the number it opens is called beside it; of shares, the number is elsewhere.
NUMBERS = {
    "domain": ("customers", "count", "value"),
    "previous_domain": ("previous",),
    "high_domain": ("high",),
    "base_domain": ("base",),
}


class DashboardMixin:
    @classmethod
    def dashboard(cls, user=None, **context):
        model = cls.env["customer.segmentation.dashboard"]
        return (model.with_user(user) if user else model).with_context(**context)

    def read(self, block, period, *args, user=None, company=None):
        company = company or self.company
        method = getattr(self.dashboard(user), f"read_{block}")
        return method(company.id, str(period.start), str(period.end), *args)

    def tiles(self, period, user=None, company=None):
        parts = [self.read("tiles", period, part, user=user, company=company) for part in ("purchases", "standing")]
        return {tile["key"]: tile for part in parts for tile in part["tiles"]}

    def running(self, kind="month"):
        return period_at(kind, self.today)

    def closed(self, kind="month"):
        return previous(self.running(kind))

    def check_numbers(self, found, profiles):
        """Every number in the answer of a block is the count of the records its domain finds.

        :return: how many numbers were checked
        """
        if isinstance(found, (list, tuple)):
            return sum(self.check_numbers(item, profiles) for item in found)
        if not isinstance(found, dict):
            return 0
        checked = sum(self.check_numbers(item, profiles) for key, item in found.items() if "domain" not in key)
        for domain, names in NUMBERS.items():
            name = next((name for name in names if name in found), None)
            if domain in found and name and found[name] is not None and found.get("unit", "count") == "count":
                with self.subTest(found=found, domain=domain):
                    self.assertEqual(profiles.search_count(found[domain]), found[name])
                checked += 1
        return checked
