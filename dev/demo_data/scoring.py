"""The customers scored: month by month while the orders come in, so that each has a history, and as of today."""

from dateutil.relativedelta import relativedelta

from dev.terminal import Problem, say

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
        raise Problem(f"scoring as of {day} failed: {run.message}")
    return run


def score_today(env, today, expected):
    """Score the customers as of today.

    :param expected: how many customers must have been scored
    """
    say("Scoring the customers …")
    run = score(env, today)
    if run.customer_count != expected:
        left_out = f"{run.left_out_count} purchases left out"
        raise Problem(f"{run.customer_count} of {expected} customers were scored, {left_out}")
    forget_refreshes(env)


def weigh(env):
    """Weigh purchases, payments, contacts and potential into a value score."""
    policy_of(env).with_context(value_preset="all_round").action_use_value_preset()


def replay(env):
    """The months before the customers were scored month by month."""
    run = policy_of(env)._queue_replay()
    say(f"Replaying the months from {run.replay_from} to {run.as_of} …")
    run._execute()
    if run.state != "done":
        raise Problem(f"the replay failed: {run.message}")


def check_prediction(env):
    """Hold the prediction against what happened in the last half-year."""
    card = env["customer.segmentation.model.card"].sudo()._queue(policy_of(env))
    card._check()
    if card.state != "done":
        raise Problem(f"the prediction could not be checked: {card.message}")


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
        say(f"  {count:5d}  {segment.name or '–'} ({revenue:,.2f})")
