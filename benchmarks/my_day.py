"""A rep with 2,000 customers and 500 open reasons opens My Day: the first time, when the day is fixed, and again."""

from .floors import seconds
from .odoo_session import open_database, transaction

REPEATS = 5
CUSTOMERS = 2_000
REASONS = 500  # due calls
REP = 2


def measure(database):
    """Seconds, best of `REPEATS`: `my_day_first`, `my_day_again`."""
    registry = open_database(database)
    taken = {"my_day_first": [], "my_day_again": []}
    for _ in range(REPEATS + 1):
        with transaction(registry, REP) as env:
            give_work(env)
            for name, times in taken.items():
                env.invalidate_all()
                times.append(seconds(lambda name=name, env=env: action_open_day(env, name)))
            env.cr.rollback()
    return {name: min(times[1:]) for name, times in taken.items()}


def action_open_day(env, _name):
    day = env["customer.desk"].action_open_day()
    env.flush_all()
    return day


def give_work(env):
    """Customers of the rep, those with most at stake, and due calls with every fourth of them."""
    profiles = env["customer.segmentation.profile"].sudo().search([], order="at_stake desc, id", limit=CUSTOMERS)
    customers = profiles.partner_id
    env.flush_all()
    env.cr.execute("UPDATE res_partner SET user_id = %s WHERE id = ANY(%s)", [REP, customers.ids])
    env.cr.execute(
        """INSERT INTO mail_activity (res_model, res_model_id, res_id, user_id, date_deadline, activity_type_id, active,
                                      summary, create_uid, write_uid, create_date, write_date)
           SELECT 'res.partner', model.id, customer, %s, current_date, %s, TRUE, 'Call', 1, 1, now(), now()
             FROM ir_model model, unnest(%s::int[]) customer WHERE model.model = 'res.partner'""",
        [REP, env.ref("mail.mail_activity_data_call").id, customers.ids[: CUSTOMERS : CUSTOMERS // REASONS]],
    )
    env.invalidate_all()
