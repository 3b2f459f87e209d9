"""Advice is read by everybody in a segment: what it says of the customer holds in every cell of the segment."""

import re
from itertools import product

from odoo.addons.customer_segmentation.scoring.segment_range import fm_score, segment_at
from odoo.tests import tagged

from .common import SegmentationCase

# What words claim, of five bands: R, F, M, and whether the first purchase lies inside the window.
OF_FIVE = {
    r"\brecent buyers?\b|\bbought recently\b": lambda r, f, m, inside: r >= 4,
    r"\bnot recent any more\b": lambda r, f, m, inside: r <= 3,
    r"\bsilent\b|\blong ago\b|\bstopped\b": lambda r, f, m, inside: r <= 2,
    r"\bbuy little\b": lambda r, f, m, inside: f == m == 1,
    r"\bbuy rather little\b|\brather small\b": lambda r, f, m, inside: fm_score(f, m) <= 2,
    r"\bno longer among the smallest\b": lambda r, f, m, inside: f > 1 or m > 1,
    r"\bmiddle or above by orders or amounts\b": lambda r, f, m, inside: f >= 3 or m >= 3,
    r"\bin the middle, all in all\b": lambda r, f, m, inside: fm_score(f, m) == 3,
    r"\bamong your best by orders and amounts\b": lambda r, f, m, inside: f >= 4 and m >= 4,
    r"\bbought often\b|\boften or much\b": lambda r, f, m, inside: f >= 4,
    r"\bwelcome\b": lambda r, f, m, inside: inside,
    # A score of 1 may be one order or several, and of any score nobody knows which order it was.
    r"\bmore than once\b|\btwice\b|\bsecond order\b|\bfirst order\b|\bonly order\b": lambda r, f, m, inside: False,
    r"\bin everything\b": lambda r, f, m, inside: r == f == m,
}
# The same of two bands, high and low.
OF_TWO = {
    r"\brecent\b": lambda r, f, m, inside: r == 2,
    r"\bnot lately\b|\blong ago\b|\bonce\b": lambda r, f, m, inside: r == 1,
    r"\bfrequent\b": lambda r, f, m, inside: f == 2,
    r"\brare(ly)?\b": lambda r, f, m, inside: f == 1,
    r"\bhigh spending\b|\bspent much\b": lambda r, f, m, inside: m == 2,
    r"\bsmall\b": lambda r, f, m, inside: m == 1,
    r"\bwelcome\b|\bmore than once\b|\bsecond order\b": lambda r, f, m, inside: False,
}


@tagged("post_install", "-at_install")
class TestAdvice(SegmentationCase):
    def cells(self, segment):
        ranges = segment.scheme_id._segment_ranges()
        scores = range(1, segment.scheme_id.bands + 1)
        return [
            cell for cell in product(scores, scores, scores, (False, True)) if segment_at(ranges, *cell) == segment.id
        ]

    def test_what_is_said_of_the_customer_is_true_of_everybody_in_the_segment(self):
        for name, claims in (("11_segments", OF_FIVE), ("8_classes", OF_TWO)):
            checked = 0
            for segment in self.env.ref(f"customer_segmentation.scheme_{name}").segment_ids:
                for words, holds in claims.items():
                    if re.search(words, segment.advice.lower()):
                        checked += 1
                        with self.subTest(segment=segment.name, claim=words):
                            wrong = [cell for cell in self.cells(segment) if not holds(*cell)]
                            self.assertEqual(wrong[:3], [], segment.advice)
            self.assertGreater(checked, 8, "the words of the advice are known here")

    def test_one_large_order_is_a_potential_loyalist(self):
        """Why nothing may be said of a second order there."""
        potential = self.env.ref("customer_segmentation.segment_potential_loyalist")
        self.assertIn((5, 1, 5, True), self.cells(potential))

    def test_who_is_asked_for_the_second_order_has_ordered_once_ever(self):
        once, before = self.customer("Once"), self.customer("Before")
        self.order(once, 100, 40)
        self.order(before, 100, 40)
        self.order(before, 100, 500)  # not in the window any more
        self.recompute()
        for name in ("second_order", "welcome"):
            playbook = self.env.ref(f"customer_segmentation.playbook_{name}")
            query = self.env["customer.playbook.entrance"]._audience_query(playbook, self.policy)
            with self.subTest(playbook=name):
                self.assertNotIn(before.id, list(query))
        playbook = self.env.ref("customer_segmentation.playbook_second_order")
        self.assertIn(once.id, list(self.env["customer.playbook.entrance"]._audience_query(playbook, self.policy)))
