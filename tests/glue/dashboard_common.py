"""What tests of the dashboard share: reading its blocks, and holding every number against the records behind it."""

from lxml import etree

from odoo.addons.customer_segmentation.scoring.periods import period_at, previous

BLOCKS = ("segments", "heat_map", "movement", "at_stake", "pareto", "funnel", "cohorts", "months")
PROFILE = "customer.segmentation.profile"
# What a domain is called, what stands beside it, the count it opens, and the amounts of the records it opens; of
# shares, the number is elsewhere.
FIGURES = {
    "domain": ("opens", ("customers", "count", "value", "part"), ("revenue", "at_risk", "total")),
    "previous_domain": ("previous_opens", ("previous",), ()),
    "high_domain": ("opens", ("high",), ()),
    "base_domain": ("base_opens", ("base",), ()),
    "revenue_domain": ("revenue_opens", (), ("revenue",)),
    "active_domain": ("active_opens", ("active",), ()),
}
COLUMNS = {"revenue": "revenue_then", "period_revenue": "period_revenue", "at_stake": "at_stake"}


class DashboardMixin:
    @classmethod
    def dashboard(cls, user=None, **context):
        model = cls.env["customer.segmentation.dashboard"]
        return (model.with_user(user) if user else model).with_context(**context)

    def read(self, block, period, *args, user=None, company=None, **scope):
        company = company or self.company
        method = getattr(self.dashboard(user), f"read_{block}")
        return method(company.id, str(period.start), str(period.end), *args, **scope)

    def tiles(self, period, user=None, company=None, **scope):
        parts = [
            self.read("tiles", period, part, user=user, company=company, **scope) for part in ("purchases", "standing")
        ]
        return {tile["key"]: tile for part in parts for tile in part["tiles"]}

    def running(self, kind="month"):
        return period_at(kind, self.today)

    def closed(self, kind="month"):
        return previous(self.running(kind))

    # ------------------------------------------------------------------ what is behind the numbers

    def opened(self, domain, opens, profiles):
        """How many records the action of a figure finds, and their sum in its column."""
        action = profiles.env["customer.segmentation.dashboard"].figure_action("Figure", domain, opens)
        self.assertEqual((action["res_model"], action["domain"]), (PROFILE, domain))
        self.assertIn(opens["when"], action["name"], "the period is in the title")
        records = profiles.with_context(**action["context"])
        count, total = records._read_group(domain, [], ["__count", f"{COLUMNS[opens['column']]}:sum"])[0]
        return count, total or 0

    def opened_list(self, domain, opens, profiles):
        """The records as the list shows them: with the column of the figure, its sum, and sorted by it."""
        action = profiles.env["customer.segmentation.dashboard"].figure_action("Figure", domain, opens)
        arch = etree.fromstring(profiles.get_view(action["views"][0][0], "list")["arch"])
        column, order = COLUMNS[opens["column"]], arch.get("default_order")
        self.assertTrue(order.startswith(f"{column} desc"), "sorted by the column")
        self.assertTrue(arch.find(f"field[@name='{column}']").get("sum"), "with its sum")
        found = profiles.with_context(**action["context"]).search(action["domain"], order=order)
        amounts = found.mapped(column)
        self.assertEqual(amounts, sorted(amounts, reverse=True))
        count, total = self.opened(domain, opens, profiles)
        self.assertEqual(len(found), count)
        # A product of two columns is rounded in each row, but not in the database.
        self.assertAlmostEqual(sum(amounts), total, delta=0.005 * count + 0.005)
        return found

    def check_numbers(self, found, profiles, outer=None):
        """Every number in the answer of a block is the count, every amount the sum, of the records it opens.

        :param outer: what stands beside the domains of the whole block
        :return: how many numbers were checked
        """
        if isinstance(found, (list, tuple)):
            return sum(self.check_numbers(item, profiles, outer) for item in found)
        if not isinstance(found, dict):
            return 0
        outer = {**(outer or {}), **{name: value for name, value in found.items() if name.endswith("opens")}}
        checked = sum(
            self.check_numbers(item, profiles, outer)
            for key, item in found.items()
            if "domain" not in key and not key.endswith("opens")
        )
        for domain, (opens, counts, amounts) in FIGURES.items():
            if domain in found:
                checked += self.check_figure(found, found[domain], outer[opens], counts, amounts, profiles)
        return checked

    def check_figure(self, found, domain, opens, counts, amounts, profiles):
        unit = found.get("unit", "count")
        if unit == "share":  # of a share, the list is that of the customers it counts
            counts = [name for name in counts if name in ("part", "base")]
        numbers = [(name, unit == "money") for name in counts if name in found][:1]
        numbers += [(name, True) for name in amounts if name in found]
        numbers = [(name, money) for name, money in numbers if found[name] is not None]
        if not numbers:
            return 0
        with self.subTest(found=found):
            count, total = self.opened(domain, opens, profiles)
            for name, money in numbers:
                self.assertAlmostEqual(found[name], total if money else count, 2, name)
        return len(numbers)
