"""The quarterly tier report in the reader's language."""

from odoo import api, models
from odoo.addons.customer_segmentation.report.chart import bars, picture
from odoo.addons.customer_segmentation.tools.words import listed, percent
from odoo.tools.misc import formatLang

MOVEMENTS_SHOWN = 10  # of each direction
DAYS_A_YEAR = 365


class TierReport(models.AbstractModel):
    _inherit = "report.customer_segmentation_coverage.tier_report"

    @api.model
    def _in_words(self, statement):
        """The statement with names, sentences and amounts as a manager reads them."""
        currency = statement["currency"]
        names = self._names(statement)
        for row in statement["tiers"]:
            row["name"] = row["tier"].name or self.env._("No tier")
            row["sentence"] = self._tier_in_words(row, currency)
            row["owners_in_words"] = self._owners_in_words(row)
            row["cadence_in_words"] = self._cadence_in_words(row)
            row["revenue_in_words"] = self._money(row["revenue"], currency)
            self._count_in_words(row, "customers", "contacts")
            self._share_in_words(row)
        statement["revenue_in_words"] = self._money(statement["revenue"], currency)
        self._count_in_words(statement, "customers", "contacts")
        for row in statement["movements"]:
            customer = row["customer"]
            row.update(
                partner_id=customer.partner_id,
                name=names[customer.partner_id],
                from_name=self._tier_name(customer.from_tier),
                to_name=self._tier_name(customer.tier),
                revenue_before=customer.revenue_before,
                revenue_after=customer.revenue_after,
                revenue_before_in_words=self._money(customer.revenue_before, currency),
                revenue_after_in_words=self._money(customer.revenue_after, currency),
            )
        for row in statement["too_much"] + statement["too_little"]:
            customer = row["customer"]
            row.update(
                partner_id=customer.partner_id,
                name=names[customer.partner_id],
                revenue=customer.revenue,
                revenue_in_words=self._money(customer.revenue, currency),
                contacts=customer.contacts,
            )
            self._count_in_words(row, "contacts")
            self._share_in_words(row)
        statement["summary"] = self._summary(statement)
        statement["moved"] = self._moved(statement)
        statement["chart"] = self._chart(statement["tiers"])
        statement["chart_title"] = self.env._("Revenue by Tier (%s)", currency.name)
        return statement

    @api.model
    def _chart(self, tiers):
        """What each tier brought in the quarter, as a picture."""
        revenues = [row["revenue"] for row in tiers]
        return picture(bars([row["name"] for row in tiers], revenues, [self._short_money(one) for one in revenues]))

    @api.model
    def _count_in_words(self, row, *names):
        row.update({f"{name}_in_words": self._count(row[name]) for name in names})

    @api.model
    def _share_in_words(self, row):
        for name in ("revenue_share", "effort_share"):
            row[f"{name}_in_words"] = percent(self.env, self._percent(row[name]))

    @api.model
    def _moved(self, statement):
        """For print, the first of each direction: (title, sign, rows, how many there are)."""
        found = []
        for kind, words in self._directions().items():
            rows = [row for row in statement["movements"] if row["kind"] == kind]
            shown = [row for row in rows if row["rank"] <= MOVEMENTS_SHOWN]
            found.append((*words, shown, len(rows)))
        return found

    @api.model
    def _directions(self):
        """Title and sign of each direction somebody can move in."""
        return {
            "down": (self.env._("Down"), "▼"),
            "up": (self.env._("Up"), "▲"),
            "first": (self.env._("First tier"), "●"),
        }

    @api.model
    def _names(self, statement):
        rows = statement["movements"] + statement["too_much"] + statement["too_little"]
        partners = self.env["res.partner"].sudo().browse({row["customer"].partner_id for row in rows})
        return {partner.id: partner.display_name for partner in partners}

    @api.model
    def _tier_name(self, tier_id):
        tier = self.env["customer.tier"].browse(tier_id or ()).exists()
        return tier.name or self.env._("No tier")

    @api.model
    def _summary(self, statement):
        """What a manager forwards: the whole in some sentences."""
        counts = dict.fromkeys(("up", "down", "first"), 0)
        for row in statement["movements"]:
            counts[row["kind"]] += 1
        sentences = [
            self.env._(
                "Customers: %(customers)s. Revenue: %(revenue)s. Contacts with them: %(contacts)s.",
                customers=self._count(statement["customers"]),
                contacts=self._count(statement["contacts"]),
                revenue=self._money(statement["revenue"], statement["currency"]),
            ),
            self.env._(
                "Moved up: %(up)s. Moved down: %(down)s. On a tier for the first time: %(first)s.",
                **{kind: self._count(count) for kind, count in counts.items()},
            ),
        ]
        sentences += self._to_do(statement)
        if not statement["contacts"]:
            sentences.append(
                self.env._(
                    "No contact is recorded in Odoo for this quarter, so effort cannot be compared with revenue."
                )
            )
        return sentences

    @api.model
    def _to_do(self, statement):
        """Who should get more time, and from whom it can be taken: one sentence, or none."""
        known = [row for row in statement["tiers"] if row["customers"] and row["ratio"] == row["ratio"]]
        little = min(known, key=lambda row: row["ratio"], default=None)
        much = max(known, key=lambda row: row["ratio"], default=None)
        if not statement["contacts"] or not little or little["direction"] != "too_little":
            return []
        words = {
            "little": little["name"],
            "effort": little["effort_share_in_words"],
            "revenue": little["revenue_share_in_words"],
            "owner": little["owners_in_words"],
        }
        if much["direction"] != "too_much":
            return [
                self.env._(
                    "To do: more contacts with %(little)s (%(effort)s of the effort, %(revenue)s of the revenue); "
                    "responsible: %(owner)s.",
                    **words,
                )
            ]
        return [
            self.env._(
                "To do: more contacts with %(little)s (%(effort)s of the effort, %(revenue)s of the revenue), fewer "
                "with %(much)s; responsible: %(owner)s.",
                much=much["name"],
                **words,
            )
        ]

    @api.model
    def _tier_in_words(self, row, currency):
        if not row["customers"]:
            return self.env._("No customer was on this tier.")
        return self.env._(
            "Customers: %(customers)s (%(customer_share)s%% of all). They brought %(revenue)s, %(revenue_share)s%% "
            "of the revenue, and got %(effort_share)s%% of the effort: %(verdict)s.",
            customers=self._count(row["customers"]),
            customer_share=self._percent(row["customer_share"]),
            revenue=self._money(row["revenue"], currency),
            revenue_share=self._percent(row["revenue_share"]),
            effort_share=self._percent(row["effort_share"]),
            verdict=self._verdict(row),
        )

    @api.model
    def _verdict(self, row):
        if row["ratio"] != row["ratio"]:  # neither effort nor revenue
            return self.env._("neither revenue nor effort")
        if row["direction"] == "too_much":
            if row["ratio"] == float("inf"):
                return self.env._("effort without revenue")
            return self.env._(
                "%s times the effort its revenue stands for", formatLang(self.env, row["ratio"], digits=1)
            )
        if row["direction"] == "too_little":
            if not row["ratio"]:
                return self.env._("revenue without any effort")
            return self.env._("only %s%% of the effort its revenue stands for", self._percent(100 * row["ratio"]))
        if not row["effort_share"]:
            return self.env._("no effort is recorded")
        return self.env._("about what its revenue stands for")

    @api.model
    def _owners_in_words(self, row):
        """Whom the tier names; otherwise the salespeople who own most of its revenue today."""
        tier = row["tier"]
        named = tier._owners_in_words() if tier else ""
        if named:
            return self.env._("%s, as the tier says", named)
        if not row["owners"]:
            return self.env._("Nobody yet: choose a salesperson") if row["customers"] else ""
        owners = (
            self.env._("%(name)s (%(share)s%%)", name=user.sudo().name, share=self._percent(share))
            for user, share in row["owners"]
        )
        return listed(self.env, owners)

    @api.model
    def _cadence_in_words(self, row):
        """What the tier promises; otherwise the contacts of the quarter shared out as the revenue is."""
        if not row["customers"]:
            return ""
        tier = row["tier"]
        promised = tier._visit_days() if tier else 0
        if promised:
            wanted = self.env._("%s, as the tier promises", self._every_in_words(promised))
        elif row["cadence_by_value"]:
            wanted = self._every_in_words(row["cadence_by_value"])
        else:
            wanted = self.env._("only on request")
        if not row["cadence"]:
            return self.env._("%s; this quarter: no contact", wanted)
        return self.env._(
            "%(wanted)s; this quarter: %(today)s", wanted=wanted, today=self._every_in_words(row["cadence"])
        )

    @api.model
    def _every_in_words(self, days):
        if days > DAYS_A_YEAR:
            return self.env._("less than once a year")
        return self.env._("every day") if days == 1 else self.env._("every %s days", days)
