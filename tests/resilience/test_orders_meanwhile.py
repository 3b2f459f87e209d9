"""Sellers confirm orders, merge, delete and move contacts during a recompute; in the end all numbers are right."""

import pytest

CHUNK_SIZE = 80
POLICY_LOCKED = "FOR NO KEY UPDATE"  # the first statement of each step
BOUNDED = 2  # seconds; confirming takes a tenth of that on an idle machine


@pytest.fixture
def between_chunks(shop):
    """A run that stands between its first and its second chunk; `finish` lets it go on."""
    return stopped_run(shop, POLICY_LOCKED, 3)


@pytest.fixture
def staged(shop):
    """A run that has staged its rows and written none."""
    return stopped_run(shop, POLICY_LOCKED, 2)


def stopped_run(shop, before, occurrence):
    shop.workers.run("recompute")
    shop.workers.run("refresh")
    queue_run(shop)
    return shop.workers.start_stopped("recompute", before, occurrence, chunk_size=CHUNK_SIZE)


def queue_run(shop):
    shop.query(
        """INSERT INTO customer_segmentation_run (policy_id, company_id, as_of, kind, state, create_uid)
           SELECT id, company_id, current_date, 'live', 'pending', 1 FROM customer_segmentation_policy"""
    )


def customers(shop):
    return shop.values("SELECT partner_id FROM customer_segmentation_profile WHERE lifetime_order_count > 0 ORDER BY 1")


def finish(shop, run):
    run.proceed()
    run.result()
    shop.workers.run("refresh")
    assert shop.value("SELECT count(*) FROM customer_segmentation_queue") == 0
    assert_facts_are_right(shop)


def assert_facts_are_right(shop):
    """Every profile agrees with the orders, counted here in the plainest way; nobody has two."""
    expected = shop.query(
        """SELECT partner.commercial_partner_id AS partner_id, count(*)::int AS orders, sum(amount_untaxed) AS revenue,
                  max(date_order)::date AS last
             FROM sale_order JOIN res_partner partner ON partner.id = sale_order.partner_id
            WHERE state = 'sale' GROUP BY 1 ORDER BY 1"""
    )
    actual = shop.query(
        """SELECT partner_id, lifetime_order_count AS orders, lifetime_revenue AS revenue, last_order_date AS last
             FROM customer_segmentation_profile WHERE lifetime_order_count > 0 ORDER BY 1"""
    )
    assert actual == expected


def test_confirmed_between_two_chunks(shop, between_chunks):
    """Of a customer already written and of one still staged; neither waits for the run, nor is overwritten by it."""
    written, staged = customers(shop)[5], customers(shop)[-5]
    orders = shop.workers.run("quotations", partner_ids=[written, staged])
    assert max(shop.workers.run("confirm", order_ids=orders)) < BOUNDED
    shop.workers.run("refresh")
    assert shop.value("SELECT count(*) FROM customer_segmentation_queue") == 2, "left alone while the run is at work"
    finish(shop, between_chunks)


def test_confirmed_while_a_chunk_is_being_written(shop):
    """The run holds its locks, uncommitted, for as long as the seller confirms."""
    orders = shop.workers.run("quotations", partner_ids=customers(shop)[:3])
    run = stopped_run(shop, 'UPDATE "customer_segmentation_run"', 2)
    assert max(shop.workers.run("confirm", order_ids=orders)) < BOUNDED
    finish(shop, run)


def test_refresh_that_looked_before_the_run_began(shop):
    """The refresh job found its work, then a run read the orders: rescoring now would be undone by the staged rows."""
    customer = customers(shop)[-3]
    first, second = shop.workers.run("quotations", partner_ids=[customer], count=2)
    shop.workers.run("recompute")
    shop.workers.run("refresh")
    shop.workers.run("confirm", order_ids=[first])
    refresh = shop.workers.start_stopped("refresh", POLICY_LOCKED)
    queue_run(shop)
    run = shop.workers.start_stopped("recompute", POLICY_LOCKED, 2, chunk_size=CHUNK_SIZE)
    shop.workers.run("confirm", order_ids=[second])
    refresh.proceed()
    refresh.result()
    finish(shop, run)


@pytest.mark.parametrize("round_number", range(3))
def test_refresh_and_recompute_at_once(shop, round_number):
    """Started together, whoever is first."""
    orders = shop.workers.run("quotations", partner_ids=customers(shop)[20:40])
    shop.workers.run("confirm", order_ids=orders)
    queue_run(shop)
    together = [
        shop.workers.start("recompute", chunk_size=20),
        shop.workers.start("refresh"),
        shop.workers.start("confirm", order_ids=shop.workers.run("quotations", partner_ids=customers(shop)[50:60])),
        shop.workers.start("refresh"),
    ]
    for job in together:
        job.result()
    shop.workers.run("recompute")
    shop.workers.run("refresh")
    assert_facts_are_right(shop)


def test_four_sellers_confirm_orders_of_one_customer(shop):
    """The queue only inserts: no seller waits for another or has to try again."""
    customer = customers(shop)[100]
    orders = "SELECT lifetime_order_count FROM customer_segmentation_profile WHERE partner_id = %(id)s"
    before = shop.value(orders, id=customer)
    batches = [shop.workers.run("quotations", partner_ids=[customer], count=5) for _ in range(4)]
    sellers = [shop.workers.start("confirm", order_ids=batch) for batch in batches]
    seconds = [second for seller in sellers for second in seller.result()]
    assert len(seconds) == 20
    shop.workers.run("refresh")
    assert shop.value(orders, id=customer) == before + 20
    assert_facts_are_right(shop)


def test_partners_merged_between_staging_and_writing(shop, between_chunks):
    kept, gone = customers(shop)[-8], customers(shop)[-7]
    shop.workers.run("merge", kept=kept, gone=gone)
    finish(shop, between_chunks)
    assert gone not in shop.values("SELECT partner_id FROM customer_segmentation_profile")


def test_partner_moved_under_another_between_staging_and_writing(shop, between_chunks):
    mother, daughter = customers(shop)[-10], customers(shop)[-9]
    shop.workers.run("write", model="res.partner", ids=[daughter], values={"is_company": False, "parent_id": mother})
    finish(shop, between_chunks)
    assert daughter not in customers(shop)


def test_partner_deleted_between_staging_and_writing(shop, staged):
    gone = customers(shop)[-12]
    delete(shop, gone)
    finish(shop, staged)


def test_partner_deleted_while_its_chunk_is_being_written(shop):
    """The deletion is committed after the chunk began to look: the chunk is undone and tried again."""
    gone = customers(shop)[-13]
    run = stopped_run(shop, "WITH staged", 5)
    delete(shop, gone)
    finish(shop, run)
    assert shop.value("SELECT state FROM customer_segmentation_run ORDER BY id DESC LIMIT 1") == "done"


def delete(shop, partner):
    shop.query("DELETE FROM sale_order WHERE partner_id = %(id)s", id=partner)
    shop.workers.run("unlink", model="res.partner", ids=[partner])
