"""Who should own which customer: balanced owners, few moves.

Customers and owners are numbered: `customers` are their identifiers, owners positions 0 … `owner_count` − 1, −1 is
nobody. Every customer weighs something (a VIP more than others); an owner's load is the sum of the weights owned.

1. Who is owned by an eligible owner stays. Who has no eligible owners at all stays too; both count as load.
2. All others are placed, the heaviest first, each with the eligible owner of the least load: longest processing time
   first (Graham 1969, "Bounds on multiprocessing timing anomalies"), at most 4/3 − 1/(3m) of the best possible maximum
   for m owners who start empty.
3. Where an owner still carries more than (1 + tolerance) times the average of the eligible owners, customers move from
   the most to the least loaded until none does, or no move helps. Each move makes the sum of the squared loads smaller,
   so this ends, and a second allocation of the result moves nobody.

The answer depends on identifiers, never on the order of the rows: equal weights and loads are decided by the lowest
identifier and the lowest position.
"""

import heapq
from collections.abc import Sequence

import numpy as np

NOBODY = -1


def loads(weights: np.ndarray, owners: np.ndarray, owner_count: int) -> np.ndarray:
    """The load of each owner.

    :param weights: float, one per customer
    :param owners: int, one per customer; −1 is nobody
    :return: float, one per owner

    >>> import numpy as np
    >>> loads(np.array([3.0, 1.0, 1.0]), np.array([0, 1, -1]), 2).tolist()
    [3.0, 1.0]
    """
    owned = owners != NOBODY
    # Of no customers at all NumPy counts in whole numbers.
    return np.bincount(owners[owned], weights=weights[owned], minlength=owner_count).astype(float)


def allocate(
    customers: np.ndarray,
    weights: np.ndarray,
    owners: np.ndarray,
    rungs: np.ndarray,
    eligible: Sequence[Sequence[int]],
    owner_count: int,
    tolerance: float = 0.25,
) -> np.ndarray:
    """Propose an owner for each customer.

    :param customers: int, unique identifiers
    :param weights: float above 0, what the customer weighs
    :param owners: int, today's owner or −1
    :param rungs: int, position in `eligible`
    :param eligible: per rung the owners who may own its customers; empty: its customers stay where they are
    :param tolerance: by which part the load may exceed the average before customers of eligible owners move; 0 or more
    :return: int, the proposed owner of each customer, equal to `owners` where nothing changes
    :raise ValueError: a weight that is not above 0, a negative tolerance

    Three customers of nobody, one rung, two owners: the heavy one here, the two light ones there.

    >>> import numpy as np
    >>> customers, weights, owners = np.array([7, 8, 9]), np.array([1.0, 2.0, 1.0]), np.array([-1, -1, -1])
    >>> allocate(customers, weights, owners, rungs=np.zeros(3, int), eligible=[[0, 1]], owner_count=2).tolist()
    [1, 0, 1]
    """
    if not np.all(weights > 0):
        raise ValueError("each weight must be above 0")
    if not tolerance >= 0:
        raise ValueError("the tolerance must not be negative")
    order = np.argsort(customers, kind="stable")  # sums of floats depend on their order, too
    balance = _Balance(weights[order], owners[order], rungs[order], eligible, owner_count)
    balance.place()
    balance.even_out(tolerance)
    proposed = np.empty(len(order), dtype=np.int64)
    proposed[order] = balance.proposed
    return proposed


class _Balance:
    """The loads while customers, in the order of their identifiers, find their owners."""

    def __init__(self, weights, owners, rungs, eligible, owner_count):
        self.weights, self.owners, self.rungs = weights, owners, rungs
        self.eligible = [np.array(sorted(set(members)), dtype=np.int64) for members in eligible]
        self.proposed = owners.astype(np.int64)
        self.load = loads(weights, owners, owner_count)

    def place(self):
        """Give who has no eligible owner to the least loaded one, the heaviest customers first."""
        homeless = np.zeros(len(self.owners), dtype=bool)
        for rung, members in enumerate(self.eligible):
            if len(members):
                homeless |= (self.rungs == rung) & ~np.isin(self.owners, members)
        # Who is about to leave an owner is not that owner's load any more.
        leaving = homeless & (self.owners != NOBODY)
        np.subtract.at(self.load, self.owners[leaving], self.weights[leaving])
        waiting = np.flatnonzero(homeless)
        for customer in waiting[np.argsort(-self.weights[waiting], kind="stable")]:
            members = self.eligible[self.rungs[customer]]
            owner = members[np.argmin(self.load[members])]
            self.proposed[customer] = owner
            self.load[owner] += self.weights[customer]

    def even_out(self, tolerance):
        """Move customers off overloaded owners, rung after rung, until nothing moves any more."""
        moved = True
        while moved:
            moved = False
            for rung, members in enumerate(self.eligible):
                if len(members) > 1:
                    moved |= self._even_out_rung(rung, members, tolerance)

    def _even_out_rung(self, rung, members, tolerance):
        limit = self.load[members].mean() * (1 + tolerance) * (1 + 1e-9)  # the average of equal loads is no excess
        stuck, stock, moved = np.zeros(len(members), dtype=bool), None, False
        while (over := (self.load[members] > limit) & ~stuck).any():
            source = members[np.argmax(np.where(over, self.load[members], -np.inf))]
            target = members[np.argmin(self.load[members])]
            stock = self._stock(rung, members) if stock is None else stock
            weight = _fitting_weight(stock[source], self.load[source] - self.load[target])
            if weight is None:
                stuck[members == source] = True
                continue
            self._move(heapq.heappop(stock[source][weight])[1], source, target, stock)
            moved, stuck[:] = True, False
        return moved

    def _stock(self, rung, members):
        """Per owner and weight a heap of the rung's customers: first who moves anyway, then the lowest identifier."""
        stock = {owner: {} for owner in members}
        for customer in (self.rungs == rung).nonzero()[0]:
            self._put(stock, self.proposed[customer], customer)
        return stock

    def _put(self, stock, owner, customer):
        stays = bool(self.owners[customer] == owner)
        heapq.heappush(stock[owner].setdefault(self.weights[customer], []), (stays, customer))

    def _move(self, customer, source, target, stock):
        self.proposed[customer] = target
        self.load[source] -= self.weights[customer]
        self.load[target] += self.weights[customer]
        self._put(stock, target, customer)


def _fitting_weight(stock, gap):
    """The heaviest in stock that is at most half the gap, else the lightest that still narrows it, else None."""
    narrowing = [weight for weight, heap in stock.items() if heap and weight < gap * (1 - 1e-9)]
    return max((weight for weight in narrowing if weight <= gap / 2), default=min(narrowing, default=None))
