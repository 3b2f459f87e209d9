"""Who belongs to the control group: drawn once per customer, the same at every look, different for every playbook.

Each customer gets a share in [0, 1) from the playbook's seed and the customer's number; the control group are those
below the wanted share. Raising the share therefore only adds customers, and nobody's lot depends on anybody else.
The mixing function is the finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
OOPSLA 2014).
"""

import hashlib

import numpy as np

GOLDEN_GAMMA = 0x9E3779B97F4A7C15


def shares(seed, customers):
    """The lot of each customer.

    :param seed: any text
    :param customers: whole numbers that identify customers, shape (n,)
    :return: floats in [0, 1), shape (n,), uniform over customers
    """
    start = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    mixed = np.asarray(customers, dtype=np.uint64) * np.uint64(GOLDEN_GAMMA) + np.uint64(start)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53


def is_control(seed, customers, share):
    """Whether each customer belongs to the control group.

    :param share: the wanted part of the customers, 0 to 1
    :raise ValueError: when the share is none
    :return: booleans, shape (n,)

    >>> is_control("seed", [1, 2, 3], 0.2).tolist()
    [False, True, False]
    """
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is no share: it must be 0 to 1")
    return shares(seed, customers) < share
