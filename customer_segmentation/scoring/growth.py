"""How much more than before."""


def growth_percent(inside, before):
    """How many percent more than before, rounded to the tenth, half up.

    :param inside: revenue of the window, a number or an array
    :param before: revenue of the window before, above zero

    >>> growth_percent(150.0, 100.0)
    50.0
    """
    return (1000 * (inside - before) / before + 0.5) // 1 / 10
