"""How a policy turns measures into scores, as the scoring package takes it."""

from .labels import RFM


def methods_of(policy):
    """The banding of each measure."""
    return {measure: policy[f"{measure}_banding"] for measure in RFM}


def cut_offs_of(policy, measure):
    """The typed cut-offs as numbers; ValueError when something typed is not one."""
    typed = (policy[f"{measure}_cut_offs"] or "").replace(";", " ").split()
    return tuple(float(number) for number in typed)
