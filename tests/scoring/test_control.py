"""The control group: stable, uniform, and independent from playbook to playbook."""

import numpy as np
import pytest

from scoring import control

CUSTOMERS = np.arange(1, 20_001)
KNOWN = [0.41962972464193815, 0.18339922589126623, 0.7590731277305905]


def test_known_lots():
    """Written down once: another version of the function must not draw everybody anew."""
    assert control.shares("seed", [1, 2, 3]) == pytest.approx(KNOWN, abs=1e-12)


def test_the_same_whoever_else_is_asked_for():
    alone = [control.shares("seed", [customer])[0] for customer in (5, 77, 12_345)]
    together = control.shares("seed", CUSTOMERS)
    assert alone == [together[4], together[76], together[12_344]]


@pytest.mark.parametrize("seed", ["", "a", "3f9c", "跟进"])
@pytest.mark.parametrize("share", [0.05, 0.1, 0.5])
def test_the_wanted_part(seed, share):
    part = control.is_control(seed, CUSTOMERS, share).mean()
    assert abs(part - share) < 5 * np.sqrt(share * (1 - share) / len(CUSTOMERS))


def test_a_larger_share_only_adds():
    small, large = (control.is_control("seed", CUSTOMERS, share) for share in (0.1, 0.2))
    assert not (small & ~large).any()


def test_playbooks_draw_independently():
    first, second = (control.is_control(seed, CUSTOMERS, 0.5) for seed in ("one", "two"))
    assert abs((first & second).mean() - 0.25) < 0.02


def test_spread_over_the_whole_range():
    counts, _edges = np.histogram(control.shares("seed", CUSTOMERS), bins=20, range=(0, 1))
    assert counts.min() > 850 and counts.max() < 1150


def test_nobody_and_everybody():
    assert not control.is_control("seed", CUSTOMERS, 0).any()
    assert control.is_control("seed", CUSTOMERS, 1).all()
    assert control.is_control("seed", [], 0.5).shape == (0,)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_no_share(share):
    with pytest.raises(ValueError, match="is no share"):
        control.is_control("seed", [1], share)
