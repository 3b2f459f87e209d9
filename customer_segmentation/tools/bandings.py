"""How a policy turns measures into scores, as the scoring package takes it."""

from .labels import RFM


def methods_of(policy):
    """The banding of each measure."""
    return {measure: policy[f"{measure}_banding"] for measure in RFM}


def cut_offs_of(policy, measure):
    """The typed cut-offs as numbers; ValueError when something typed is not one."""
    typed = (policy[f"{measure}_cut_offs"] or "").replace(";", " ").split()
    return tuple(float(number) for number in typed)


def limits_of(policy, measure):
    """The limits a measure is cut by that do not depend on the customers: typed ones, those of own rhythm."""
    method = policy[f"{measure}_banding"]
    if method == "own_rhythm":
        return cut_offs_of(policy, measure) or stage_limits_of(policy)
    return cut_offs_of(policy, measure) if method == "cut_offs" else ()


def stage_limits_of(policy):
    """The limits of own rhythm that follow the stages, multiples of the usual gap."""
    from ..scoring.own_rhythm import usual_limits  # NumPy is loaded by who scores, not by every worker

    return usual_limits(policy.bands, policy.at_risk_ratio, policy.dormant_ratio)
