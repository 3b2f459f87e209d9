"""What a measure of a customer is; addons declare theirs in `customer.segmentation.measure`."""

from collections.abc import Callable
from typing import NamedTuple

from .labels import LIFECYCLE_STAGES

# Positions of the stages, as staged; who has not bought is below who is lost.
STAGE_RANKS = {name: rank for rank, (name, _label) in enumerate(LIFECYCLE_STAGES, 1)}


class Measure(NamedTuple):
    """How a measure is read, what it is measured in, and which direction is better."""

    unit: str  # amount, orders, score, percentage, class, segment, months, days, times, categories, contacts
    of_run: Callable | None  # (scoring) → array
    of_profile: Callable | None  # (profile) → number
    higher_is_better: bool = True
    # In place of both: a model, its method that returns {customer: …} for (policy, as_of, customer_ids), the attribute.
    read_in: tuple[str, str, str] | None = None
    fact: str | None = None  # the fact of a run that spares reading it there; profiles do not hold it
    unknown: float = 0  # what a tier takes for a customer of whom there is no value
    ever: bool = False  # of all purchases; "top x %" of any other counts only who bought in the window


def stored(unit, name, of_scores=False, ever=False):
    """A measure that stands in the facts, or in the scores, and on the profile under the same name."""
    return Measure(
        unit,
        lambda scoring: (scoring.scores if of_scores else scoring.facts)[name],
        lambda profile: profile[name],
        ever=ever,
    )


def read_in(unit, model, method, attribute, **more):
    """A measure that has a query of its own."""
    return Measure(unit, None, None, read_in=(model, method, attribute), **more)
