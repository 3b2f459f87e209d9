"""The customers scored: month by month while the orders come in, so that each has a history, and as of today."""

import logging

from dateutil.relativedelta import relativedelta

from . import Incomplete

_logger = logging.getLogger(__name__)

MONTHS_OF_HISTORY = 12


def days_of_history(today):
    """The last days of the past months: what the dashboard compares with."""
    first = today.replace(day=1)
    return [first - relativedelta(months=month, days=1) for month in range(MONTHS_OF_HISTORY - 1, -1, -1)]


def policy_of(env):
    return env["customer.segmentation.policy"].search([("company_id", "=", env.company.id)])


def score(env, day):
    """Score the customers as of a day; returns the run."""
    run = policy_of(env).recompute(as_of=day)
    if run.state != "done":
        raise Incomplete(f"scoring as of {day} failed: {run.message}")
    return run


def score_today(env, today, expected):
    """Score the customers as of today.

    :param expected: how many customers must have been scored
    """
    _logger.info("Scoring the customers")
    run = score(env, today)
    if run.customer_count != expected:
        left_out = f"{run.left_out_count} purchases left out"
        raise Incomplete(f"{run.customer_count} of {expected} customers were scored, {left_out}")
    forget_refreshes(env)


def weigh(env):
    """Weigh purchases, payments, contacts and potential into a value score."""
    policy_of(env).with_context(value_preset="all_round").action_use_value_preset()


def replay(env):
    """The months before the customers were scored month by month."""
    run = policy_of(env)._queue_replay()
    _logger.info("Replaying the months from %s to %s", run.replay_from, run.as_of)
    run._execute()
    if run.state != "done":
        raise Incomplete(f"the replay failed: {run.message}")


def check_prediction(env):
    """Hold the prediction against what happened in the last half-year."""
    card = env["customer.segmentation.model.card"].sudo()._queue(policy_of(env))
    card._check()
    if card.state != "done":
        raise Incomplete(f"the prediction could not be checked: {card.message}")


def close_past(env):
    """The past is no news: automation switched on in the demo looks at what happens from now on."""
    env["customer.segmentation.transition"].sudo().search([("processed", "=", False)]).write({"processed": True})


def forget_refreshes(env):
    """Each order asked for its customer to be scored again: done with, all have been."""
    env["customer.segmentation.queue"].search([]).unlink()
    cron = env.ref("customer_segmentation.ir_cron_refresh")
    env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()


def show_segments(env):
    """Say how many customers are in each segment, and their revenue in the window."""
    groups = env["customer.segmentation.profile"]._read_group([], ["segment_id"], ["__count", "revenue:sum"])
    for segment, count, revenue in groups:
        _logger.info("%5d  %s (%.2f)", count, segment.name or "–", revenue)
