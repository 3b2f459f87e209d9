"""How numbers are rounded everywhere: halves away from zero, as Odoo rounds amounts.

NumPy and Python round halves to the even neighbour, and take 2.675 for a little less than it is: a threshold would be
missed, or a total differ from a document's, by a cent. Plain Python; NumPy is loaded where arrays are rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# A number so little (relative to itself) below a half is one that arithmetic left there.
TOLERANCE = 2.0**-50


def half_up(number: float, places: int = 0) -> float:
    """One number to so many decimal places; the same as `half_up_all` of it.

    >>> half_up(2.675, 2), half_up(-0.125, 2), half_up(0.1 + 0.2, 2), half_up(-0.001, 2), half_up(2.5)
    (2.68, -0.13, 0.3, 0.0, 3.0)
    """
    factor = 10.0**places
    scaled = number * factor
    # Adding nothing turns -0.0 into 0.0.
    return round(scaled + scaled * TOLERANCE) / factor + 0.0


def half_up_all(numbers: np.ndarray, places: int = 0) -> np.ndarray:
    """Each number to so many decimal places, float64; NaN stays.

    >>> half_up_all([2.675, -0.125, float("nan"), -0.001], 2).tolist()
    [2.68, -0.13, nan, 0.0]
    """
    import numpy as np

    factor = 10.0**places
    scaled = np.asarray(numbers, dtype=float) * factor
    return np.rint(scaled + scaled * TOLERANCE) / factor + 0.0
