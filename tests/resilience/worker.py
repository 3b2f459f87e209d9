"""Odoo in a process of its own that forks one real process per job, as Odoo's prefork server does.

usage: worker.py CONFIGURATION DATABASE

Each line of standard input starts a job, as JSON: {"job": name, "arguments": {…}, "output": path, "stop": {…}}; the
answer is the process's number. Job functions are at the end of this file. What a job returns goes to OUTPUT.json, what
it logs to OUTPUT.log. "wait" with a number answers the exit status, null when the process is still at work.
"""

import json
import os
import signal
import sys
import textwrap
import time
import traceback

from odoo import api, sql_db
from odoo.addons.base.models import ir_cron
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config

ROOT_USER = 1


def main(configuration, database):
    config.parse_config(["-c", configuration, "-d", database, "--no-http"])
    registry = Registry(database)
    # What a job would load first; every fork inherits it.
    from odoo.addons.customer_segmentation.scoring import control, pipeline  # noqa: F401
    from odoo.addons.customer_segmentation.tools import binary_copy  # noqa: F401

    # A printed copy of a report takes longer than all the rest; tests/printed has them.
    registry["ir.actions.report"].get_wkhtmltopdf_state = lambda reports: "install"
    sql_db.close_all()
    for line in sys.stdin:
        request = json.loads(line)
        answer = wait(**request["wait"]) if "wait" in request else start(registry, request)
        print(json.dumps(answer), flush=True)


def wait(pid, timeout):
    """The exit status of a job, negative for a signal; None when it is still at work after `timeout` seconds."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    return None


def start(registry, request):
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        redirect_output(request["output"] + ".log")
        events = Events(**request.get("stop", {}))
        result = run_job(registry, request["job"], request.get("arguments", {}))
        with open(request["output"] + ".json", "w") as file:
            json.dump({"result": result, "events": events.names}, file, default=str)
        status = 0
    except BaseException:  # a fork must never return to the loop above
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def redirect_output(path):
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(handle, 1)
    os.dup2(handle, 2)


class Events:
    """Counts what the process asks of the database (statements and commits) and sends itself a signal before one.

    :param before: which one: its number, or a part of its text
    :param occurrence: of this text, the first is 1
    """

    def __init__(self, before=None, occurrence=1, name="SIGKILL"):
        self.names, self.before, self.left, self.signal = [], before, occurrence, signal.Signals[name]
        for method in ("execute", "commit"):
            setattr(sql_db.Cursor, method, self.counted(getattr(sql_db.Cursor, method)))

    def counted(self, original):
        def method(cursor, *arguments, **options):
            query = getattr(arguments[0], "code", arguments[0]) if arguments else "COMMIT"
            self.names.append(" ".join(str(query).split()))
            if self.is_the_moment():
                os.kill(os.getpid(), self.signal)
            return original(cursor, *arguments, **options)

        return method

    def is_the_moment(self):
        if isinstance(self.before, str):
            self.left -= self.before in self.names[-1]
            return self.left == 0 and self.before in self.names[-1]
        return len(self.names) - 1 == self.before


def run_job(registry, name, arguments):
    registry.check_signaling()
    if name == "scheduler":
        return scheduler(registry, **arguments)
    with registry.cursor() as cr:
        return JOBS[name](api.Environment(cr, ROOT_USER, {"tracking_disable": True}), **arguments)


# ------------------------------------------------------------------ jobs


def scheduler(registry, chunk_size=None, one_step_a_loop=False):
    """What a scheduler process does when it wakes up: every job that is due."""
    set_chunk_size(chunk_size)
    if one_step_a_loop:
        ir_cron.MIN_TIME_PER_JOB = 0
    ir_cron.IrCron._process_jobs(registry.db_name)


def recompute(env, chunk_size=None):
    """The method behind the scheduled action, without the scheduler's own lock on it."""
    set_chunk_size(chunk_size)
    env["customer.segmentation.run"]._cron_recompute()


def review(env, chunk_size=None):
    """The method behind the scheduled tier review, without the scheduler's own lock on it."""
    set_chunk_size(chunk_size)
    env["customer.tier.review"]._cron_review()


def refresh(env):
    env["customer.segmentation.queue"]._cron_refresh()


def playbooks(env, sizes=None):
    from odoo.addons.customer_segmentation.models.playbooks import customer_playbook_engine

    for name, size in (sizes or {}).items():
        setattr(customer_playbook_engine, name, size)
    env["customer.playbook.engine"]._cron_run()


def draft(env, user_id, values=None, recencies=None, without_tier=None):
    """A draft as a manager leaves it; its number.

    :param recencies: least and greatest recency score by code of a segment, which is renamed, too
    :param without_tier: the name of the tier that is taken off the ladder
    """
    begun = env(user=user_id)["customer.segmentation.policy"].search([])._begin_draft()
    if recencies:
        begun.action_draft_scheme()
        changed = begun.scheme_id.segment_ids.filtered(lambda segment: segment.code in recencies)
        limits = {
            code: {"recency_min": least, "recency_max": greatest} for code, (least, greatest) in recencies.items()
        }
        begun.scheme_id.segment_ids = [
            (
                1,
                segment.id,
                {
                    "name": f"{segment.code} of draft {begun.id}",
                    "range_ids": [(1, segment.range_ids[0].id, limits[segment.code])],
                },
            )
            for segment in changed
        ]
    begun.tier_ids.filtered(lambda tier: tier.name == without_tier).unlink()
    begun.write(values or {})
    return begun.id


def rules(env, draft_id):
    return env["customer.segmentation.rules"]._of(env["customer.segmentation.policy"].browse(draft_id))


def preview(env, user_id, draft_id):
    """As a click does, tried again after a conflict; the number of the preview."""
    drafts = env(user=user_id)["customer.segmentation.policy"]
    return retrying(lambda: drafts.browse(draft_id).action_preview()["res_id"], env)


def apply(env, user_id, draft_id, anyway=False):
    """As a click does, tried again after a conflict; why it was refused, if it was."""
    drafts = env(user=user_id)["customer.segmentation.policy"].with_context(over_other_changes=anyway)
    try:
        retrying(lambda: drafts.browse(draft_id).action_apply(), env)
    except UserError as refusal:
        env.cr.rollback()
        return str(refusal)


def reports(env):
    env["customer.report.recipient"]._cron_send()


def surveys(env, batch_size):
    from odoo.addons.customer_segmentation_survey.models import customer_segmentation_policy

    customer_segmentation_policy.BATCH_SIZE = batch_size
    env["customer.segmentation.policy"]._cron_satisfaction_surveys()


def confirm(env, order_ids):
    """Confirm quotations, one transaction each, without Odoo's retries; the seconds each one took."""
    seconds = []
    for order in env["sale.order"].browse(order_ids):
        began = time.monotonic()
        order.action_confirm()
        env.cr.commit()
        seconds.append(time.monotonic() - began)
    return seconds


def quotations(env, partner_ids, count=1, amount=1000):
    products = env["product.product"]
    product = products.search([("name", "=", "Thing")]) or products.create({"name": "Thing"})
    line = [(0, 0, {"product_id": product.id, "price_unit": amount, "tax_ids": False})]
    values = [{"partner_id": partner, "order_line": line} for partner in partner_ids * count]
    return env["sale.order"].create(values).ids


def merge(env, kept, gone):
    values = {"state": "selection", "dst_partner_id": kept, "partner_ids": [(6, 0, [kept, gone])]}
    env["base.partner.merge.automatic.wizard"].create(values).action_merge()


def write(env, model, ids, values):
    env[model].browse(ids).write(values)


def unlink(env, model, ids):
    env[model].browse(ids).unlink()


def python(env, code):
    """Whatever a test wants done through the ORM."""
    exec(textwrap.dedent(code), {"env": env})


def uninstall(env, addon="customer_segmentation"):
    env["ir.module.module"].search([("name", "=", addon)]).button_immediate_uninstall()


def set_chunk_size(size):
    from odoo.addons.customer_segmentation.models.run.customer_segmentation_run import CustomerSegmentationRun

    if size:
        CustomerSegmentationRun._chunk_size = size


JOBS = {
    function.__name__: function
    for function in (
        recompute,
        review,
        refresh,
        playbooks,
        draft,
        rules,
        preview,
        apply,
        reports,
        surveys,
        confirm,
        quotations,
        merge,
        write,
        unlink,
        python,
        uninstall,
    )
}

if __name__ == "__main__":
    main(*sys.argv[1:])
