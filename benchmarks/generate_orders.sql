-- A synthetic sales history for an Odoo 19 database with the sales app: bulk SQL, the same at every run.
-- usage: psql -X -q -d DATABASE -v customers=50000 -v orders=500000 -f generate_orders.sql
--
-- customers   contacts: 10 % of them persons of another generated company, 8 % without any order
-- orders      confirmed orders of three years, exactly; 5 % more are drafts or cancelled
--
-- How many orders a customer has is log-normal (median 3, mean 10, a long tail), and so are amounts. A third of the
-- customers stopped buying at some time. Contacts carry ref = 'BENCH', orders origin = 'BENCH'.
\set ON_ERROR_STOP on
BEGIN;
SET LOCAL synchronous_commit = off;
-- As superuser, skip the foreign keys' triggers: the identifiers below are consistent by construction.
SELECT set_config('session_replication_role', 'replica', true) FROM pg_roles
 WHERE rolname = current_user AND rolsuper \g /dev/null
SELECT setseed(0.42) \g /dev/null

-- A policy takes its time zone from the company's address; UTC would be cheaper than what most firms have.
UPDATE res_partner SET tz = 'Europe/Brussels' WHERE id IN (SELECT partner_id FROM res_company);

-- contacts ---------------------------------------------------------------------------------------------
CREATE TEMP TABLE generated_contact ON COMMIT DROP AS
SELECT number, nextval('res_partner_id_seq')::int AS id, random() < 0.10 AS is_person, NULL::int AS parent_id,
       -- Box-Muller: how often the contact buys, and for how much
       CASE WHEN random() < 0.08 THEN 0
            ELSE exp(1.5 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())) END AS activity,
       exp(5.0 + sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())) AS ticket,
       now()::timestamp - random() * 3 * 365 * interval '1 day' AS first_seen,
       -- the part of the time since then in which the contact buys
       CASE WHEN random() < 0.35 THEN random() ELSE 1 END AS active_part,
       floor(40 * random() ^ 3)::int AS country
  FROM generate_series(1, :customers) number;

-- persons belong to the last company before them
UPDATE generated_contact person SET parent_id = company.id
  FROM (SELECT contact.number, max(number) FILTER (WHERE NOT is_person) OVER (ORDER BY number) AS company_number
          FROM generated_contact contact) place
  JOIN generated_contact company ON company.number = place.company_number
 WHERE person.is_person AND place.number = person.number;

INSERT INTO res_partner (id, name, complete_name, commercial_partner_id, parent_id, is_company, type, active, ref,
        email, phone, city, country_id, lang, color, partner_share, customer_rank, supplier_rank, autopost_bills,
        message_bounce, user_id, create_uid, write_uid, create_date, write_date)
SELECT contact.id, 'Bench customer ' || contact.number, 'Bench customer ' || contact.number, coalesce(parent_id, contact.id), parent_id,
       parent_id IS NULL, 'contact', true, 'BENCH', 'customer' || contact.number || '@bench.example',
       '+1 555 ' || lpad(contact.number::text, 7, '0'), 'City ' || (contact.number % 997), country.id, 'en_US', 0, true, 1, 0, 'ask', 0,
       CASE WHEN contact.number % 3 = 0 THEN 2 END, 1, 1, first_seen, first_seen
  FROM generated_contact contact
  LEFT JOIN (SELECT id, row_number() OVER (ORDER BY id) AS number FROM res_country) country
    ON country.number = contact.country + 1
 ORDER BY contact.number;

-- orders: the exact total by cumulative rounding, in the order of their dates as in a live table ------------
CREATE TEMP TABLE generated_order ON COMMIT DROP AS
SELECT contact_id, ticket, first_seen + random() * active_part * (now()::timestamp - first_seen) AS moment,
       'sale'::text AS state
  FROM (SELECT id AS contact_id, ticket, first_seen, active_part,
               (floor(until * :orders / total + 1e-6) - floor((until - activity) * :orders / total + 1e-6))::int AS orders
          FROM (SELECT *, sum(activity) OVER (ORDER BY number) AS until, sum(activity) OVER () AS total
                  FROM generated_contact) weighted) counted,
       generate_series(1, orders);

INSERT INTO generated_order
SELECT contact_id, ticket, moment + interval '3 hours', CASE WHEN random() < 0.6 THEN 'cancel' ELSE 'draft' END
  FROM generated_order TABLESAMPLE BERNOULLI (5) REPEATABLE (7);

INSERT INTO sale_order (name, company_id, partner_id, partner_invoice_id, partner_shipping_id, currency_id,
        currency_rate, user_id, team_id, state, invoice_status, date_order, amount_untaxed, amount_tax, amount_total,
        origin, locked, require_signature, require_payment, create_uid, write_uid, create_date, write_date)
SELECT 'BENCH' || lpad(row_number() OVER (ORDER BY moment)::text, 8, '0'), company.id, contact_id, contact_id,
       contact_id, company.currency_id, 1, 2, team.id, state,
       CASE state WHEN 'sale' THEN 'to invoice' ELSE 'no' END, date_trunc('second', moment), amount,
       round(amount * 0.2, 2), amount + round(amount * 0.2, 2), 'BENCH', false, false, false, 1, 1, moment, moment
  FROM (SELECT *, round((ticket * exp(0.8 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())))::numeric, 2)
                  AS amount
          FROM generated_order) priced,
       (SELECT id, currency_id FROM res_company ORDER BY id LIMIT 1) company,
       (SELECT min(id) AS id FROM crm_team) team
 ORDER BY moment;

-- every third contact got an e-mail: what "last contact" is looked for in ------------------------------------
INSERT INTO mail_message (message_type, model, res_id, date, author_id, create_uid, write_uid, create_date, write_date)
SELECT 'email_outgoing', 'res.partner', id, moment, (SELECT partner_id FROM res_users WHERE id = 2), 1, 1, moment, moment
  FROM (SELECT id, first_seen + random() * (now()::timestamp - first_seen) AS moment
          FROM generated_contact WHERE number % 3 = 0) written;
COMMIT;
