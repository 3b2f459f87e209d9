"""What a scored shop looks like, and how a test puts it back to where it began."""

from .processes import wait_until

SAVED = ("customer_segmentation_profile", "customer_segmentation_transition")
# Everybody ages, three of four buy again, some are new, some have no purchase any more.
A_NEW_DAY = """
    INSERT INTO sale_order (name, company_id, partner_id, partner_invoice_id, partner_shipping_id, currency_id,
                            currency_rate, user_id, state, invoice_status, date_order, amount_untaxed, amount_tax,
                            amount_total, locked, require_signature, require_payment, create_uid, write_uid,
                            create_date, write_date)
    SELECT 'N' || id, company_id, partner_id, partner_id, partner_id, currency_id, 1, 2, 'sale', 'no', now(),
           1 + mod(partner_id * 997, 5000), 0, 1 + mod(partner_id * 997, 5000), FALSE, FALSE, FALSE, 1, 1, now(), now()
      FROM (SELECT DISTINCT ON (partner_id) * FROM sale_order WHERE state = 'sale' ORDER BY partner_id) first_order
     WHERE mod(partner_id, 4) <> 0;
    UPDATE sale_order SET state = 'cancel' WHERE mod(partner_id, 16) = 0"""

MANAGERS = """
    env["res.users"].create([
        {"name": f"Manager {n}", "login": f"manager{n}", "email": f"manager{n}@example.com",
         "group_ids": [(4, env.ref("sales_team.group_sale_manager").id)]}
        for n in range(2)
    ])"""


def queue_run(database):
    """A run that waits, and its job due."""
    database.query(
        """INSERT INTO customer_segmentation_run (policy_id, company_id, as_of, kind, state, create_uid)
           SELECT id, company_id, current_date, 'live', 'pending', 1 FROM customer_segmentation_policy WHERE active;
           INSERT INTO ir_cron_trigger (cron_id, call_at)
           SELECT id, now() AT TIME ZONE 'UTC' FROM ir_cron
            WHERE cron_name = 'Customer Segmentation: recompute all customers'"""
    )


class Shop:
    """Remembers the state after the first run, and starts trials of a second run from there."""

    def __init__(self, database, new_day=A_NEW_DAY):
        self.database = database
        self.first_run = database.value("SELECT max(id) FROM customer_segmentation_run")
        for table in SAVED:
            database.query(f"CREATE TABLE saved_{table} AS TABLE {table}")
        database.query(new_day)

    def reset(self):
        """Back to the state after the first run, with a second run pending and its job due."""
        self.database.wait_for_backends(wait_until)
        self.database.query(
            """UPDATE customer_segmentation_policy SET last_run_id = %(run)s WHERE active;
               DELETE FROM customer_segmentation_profile;
               DELETE FROM customer_segmentation_run WHERE id > %(run)s;
               DELETE FROM customer_segmentation_staging;
               DELETE FROM customer_segmentation_queue;
               DELETE FROM ir_cron_trigger;
               DELETE FROM ir_cron_progress;
               UPDATE ir_cron SET failure_count = 0 WHERE active;
               INSERT INTO customer_segmentation_profile TABLE saved_customer_segmentation_profile;
               INSERT INTO customer_segmentation_transition TABLE saved_customer_segmentation_transition""",
            run=self.first_run,
        )
        self.queue_run()

    def queue_run(self):
        queue_run(self.database)

    def profiles(self):
        """Each customer's profile, without what differs from trial to trial."""
        rows = self.database.query(
            """SELECT partner_id, to_jsonb(profile) - 'id' - 'changed_run_id' AS row,
                      changed_run_id > %(run)s AS changed
                 FROM customer_segmentation_profile profile""",
            run=self.first_run,
        )
        profiles = {row["partner_id"]: (row["row"], row["changed"]) for row in rows}
        assert len(profiles) == len(rows), "a customer has two profiles"
        return profiles

    def transitions(self):
        """The transitions since the first run, by customer."""
        rows = self.database.query(
            """SELECT profile.partner_id, to_jsonb(change) - 'id' - 'profile_id' - 'run_id' AS row
                 FROM customer_segmentation_transition change
                 JOIN customer_segmentation_profile profile ON profile.id = change.profile_id
                WHERE change.run_id > %(run)s ORDER BY profile.partner_id, change.id""",
            run=self.first_run,
        )
        by_customer = {}
        for row in rows:
            by_customer.setdefault(row["partner_id"], []).append(row["row"])
        return by_customer

    def outcome(self):
        return self.profiles(), self.transitions()

    def runs(self):
        """The runs after the first one, oldest first."""
        statement = "SELECT * FROM customer_segmentation_run WHERE id > %(run)s ORDER BY id"
        return self.database.query(statement, run=self.first_run)

    def staged_count(self):
        return self.database.value("SELECT count(*) FROM customer_segmentation_staging")


LADDER = """
    policy = env["customer.segmentation.policy"].search([])
    rungs = [("Gold", 4000, 3000), ("Silver", 2000, 1000), ("Bronze", 1000, 600)]
    create = [
        (0, 0, {"name": name, "sequence": number, "criterion_ids": [
            (0, 0, {"measure": "lifetime_revenue", "entry": entry, "keep": keep})
        ]})
        for number, (name, entry, keep) in enumerate(rungs)
    ]
    policy.write({"tier_ids": create, "tier_review": "every_run", "tier_review_by_hand": False})"""
FALL = """
    UPDATE sale_order SET state = 'cancel' WHERE mod(id, 3) <> 0;
    UPDATE customer_segmentation_policy SET tier_last_review_date = current_date - 1"""


class ReviewShop(Shop):
    """A shop whose customers are on a ladder and below their tiers; trials of the review begin from there."""

    def __init__(self, database):
        self.database, workers = database, database.workers
        workers.run("python", code=LADDER)
        self.queue_run()
        workers.run("recompute")
        database.query(FALL)
        self.queue_run()
        workers.run("recompute")
        super().__init__(database, new_day="SELECT")

    def reset(self):
        """Back to the state after the last run, with the review due."""
        super().reset()
        self.database.query(
            """DELETE FROM customer_segmentation_run WHERE state = 'pending';
               DELETE FROM ir_cron_trigger;
               UPDATE customer_segmentation_policy SET tier_last_review_date = current_date - 1;
               INSERT INTO ir_cron_trigger (cron_id, call_at)
               SELECT id, now() AT TIME ZONE 'UTC' FROM ir_cron
                WHERE cron_name = 'Customer Segmentation: tier review'"""
        )

    def transitions(self):
        """The transitions since the last run, by customer."""
        rows = self.database.query(
            """SELECT profile.partner_id, to_jsonb(change) - 'id' - 'run_id' AS row
                 FROM customer_segmentation_transition change
                 JOIN customer_segmentation_profile profile ON profile.id = change.profile_id
                WHERE change.id NOT IN (SELECT id FROM saved_customer_segmentation_transition)
                ORDER BY profile.partner_id, change.id"""
        )
        by_customer = {}
        for row in rows:
            by_customer.setdefault(row["partner_id"], []).append(row["row"])
        return by_customer

    def is_held(self):
        return self.database.value("SELECT tier_last_review_date = current_date FROM customer_segmentation_policy")
