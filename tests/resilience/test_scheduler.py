"""What the scheduler sees of the jobs: progress, loops, failures of one company, the next call."""

from datetime import timedelta

import pytest

JOB = "Customer Segmentation: recompute all customers"
REFRESH = "Customer Segmentation: refresh customers with new orders"
SECOND_COMPANY = """
    from datetime import date, timedelta
    company = env["res.company"].create({"name": "Second"})
    partner = env["res.partner"].create({"name": "Only customer of the second"})
    env["customer.imported.purchase"].create({
        "company_id": company.id, "partner_id": partner.id, "amount": 5, "reference": "1",
        "currency_id": company.currency_id.id, "date": date.today() - timedelta(days=2),
    })"""


@pytest.fixture(scope="module")
def two_companies(shop):
    """The shop and a second company, both with purchases."""
    shop.workers.run("python", code=SECOND_COMPANY)
    shop.workers.run("scheduler")
    assert shop.values("SELECT DISTINCT state FROM customer_segmentation_run") == ["done"]
    return shop


def job(shop, name=JOB):
    return shop.query("SELECT * FROM ir_cron WHERE cron_name = %(name)s", name=name)[0]


def make_due(shop, name=JOB):
    shop.query(
        """INSERT INTO ir_cron_trigger (cron_id, call_at)
           SELECT id, now() AT TIME ZONE 'UTC' FROM ir_cron WHERE cron_name = %(name)s""",
        name=name,
    )


def queue_runs(shop):
    shop.query(
        """INSERT INTO customer_segmentation_run (policy_id, company_id, as_of, kind, state, create_uid)
           SELECT id, company_id, current_date, 'live', 'pending', 1 FROM customer_segmentation_policy ORDER BY id"""
    )
    make_due(shop)


def progress(shop):
    return shop.query(
        """SELECT done, remaining FROM ir_cron_progress
            WHERE cron_id = (SELECT id FROM ir_cron WHERE cron_name = %(name)s) ORDER BY id""",
        name=JOB,
    )


def latest_states(shop):
    rows = shop.query(
        "SELECT DISTINCT ON (company_id) company_id, state FROM customer_segmentation_run ORDER BY company_id, id DESC"
    )
    return {row["company_id"]: row["state"] for row in rows}


def test_many_loops_report_their_progress(two_companies):
    """With no time left each loop takes one step; after ten loops the rest is left to the next call."""
    shop = two_companies
    shop.query("DELETE FROM ir_cron_progress")
    queue_runs(shop)
    shop.workers.run("scheduler", chunk_size=30, one_step_a_loop=True)
    first_call = progress(shop)
    assert len(first_call) == 10
    assert all(row["done"] == 1 and row["remaining"] > 0 for row in first_call)
    for _call in range(3):
        shop.workers.run("scheduler", chunk_size=30, one_step_a_loop=True)
    assert progress(shop)[-1]["remaining"] == 0
    assert set(latest_states(shop).values()) == {"done"}
    assert job(shop)["failure_count"] == 0


def test_failing_company_does_not_stop_the_other(two_companies):
    """Its run says why; the job did not fail, so it is not switched off in the long run."""
    shop = two_companies
    broken = shop.value("SELECT min(company_id) FROM customer_segmentation_policy")
    shop.query(
        """UPDATE customer_segmentation_policy SET recency_banding = 'cut_offs', recency_cut_offs = 'x'
            WHERE company_id = %(id)s""",
        id=broken,
    )
    queue_runs(shop)
    failing = shop.workers.start("scheduler")
    assert failing.wait() == 0
    shop.query("UPDATE customer_segmentation_policy SET recency_banding = 'own_rhythm', recency_cut_offs = NULL")
    states = latest_states(shop)
    assert states.pop(broken) == "failed"
    assert set(states.values()) == {"done"}
    assert "'x'" in shop.value("SELECT message FROM customer_segmentation_run WHERE state = 'failed'")
    assert (job(shop)["failure_count"], job(shop)["active"]) == (0, True)
    assert shop.value("SELECT count(*) FROM customer_segmentation_staging") == 0


@pytest.mark.parametrize("which", ["min", "max"])
def test_failing_refresh_of_one_company_does_not_stop_the_other(two_companies, which):
    """Cut points that cannot be read stand for whatever may go wrong; a whole run makes new ones."""
    shop = two_companies
    broken = shop.value(f"SELECT {which}(company_id) FROM customer_segmentation_policy")
    unreadable = "UPDATE customer_segmentation_run SET cut_points = %(json)s WHERE company_id = %(id)s"
    shop.query(unreadable, id=broken, json='{"window_customer_count": 1}')
    shop.query(
        """INSERT INTO customer_segmentation_queue (partner_id, company_id)
           SELECT partner_id, company_id FROM customer_segmentation_profile"""
    )
    make_due(shop, REFRESH)
    assert shop.workers.start("scheduler").wait() == 0
    left = "SELECT DISTINCT company_id FROM customer_segmentation_queue"
    assert shop.values(f"{left} WHERE run_id IS NULL") == []
    assert shop.values(left) == [broken], "they wait for the run"
    assert job(shop, REFRESH)["failure_count"] == 0
    shop.workers.run("scheduler")
    assert shop.values(left) == []
    repaired = "SELECT cut_points->'bands' FROM customer_segmentation_run WHERE company_id = %(id)s ORDER BY id DESC"
    assert shop.value(repaired, id=broken)
    assert set(latest_states(shop).values()) == {"done"}


def test_next_call_is_a_day_later(two_companies):
    """And it makes each company a new run a day, without anybody asking."""
    shop = two_companies
    shop.query("UPDATE customer_segmentation_run SET as_of = as_of - 1")
    an_hour_ago = "UPDATE ir_cron SET nextcall = localtimestamp(0) - interval '1 hour' WHERE cron_name = %(name)s"
    shop.query(an_hour_ago, name=JOB)
    due, runs = job(shop)["nextcall"], shop.value("SELECT count(*) FROM customer_segmentation_run")
    shop.workers.run("scheduler")
    assert shop.value("SELECT count(*) FROM customer_segmentation_run") == runs + 2
    assert set(latest_states(shop).values()) == {"done"}
    assert job(shop)["nextcall"] - due == timedelta(days=1)
    assert job(shop)["failure_count"] == 0
