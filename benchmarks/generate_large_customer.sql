-- One customer with very many documents, for a database with the addon: bulk SQL.
-- usage: psql -X -q -d DATABASE -v orders=100000 -f generate_large_customer.sql
--
-- Confirmed orders of three years with one line each; a tenth of them sent as a quotation by e-mail, a third invoiced,
-- every twentieth invoice with a credit note of half of it; a done call for every tenth order. The contact carries
-- ref = 'BENCH LARGE'.
\set ON_ERROR_STOP on
BEGIN;
SET LOCAL synchronous_commit = off;
SELECT set_config('session_replication_role', 'replica', true) FROM pg_roles
 WHERE rolname = current_user AND rolsuper \g /dev/null

WITH customer AS (SELECT nextval('res_partner_id_seq')::int AS id)
INSERT INTO res_partner (id, name, complete_name, commercial_partner_id, is_company, type, active, ref, email, lang,
        color, partner_share, customer_rank, supplier_rank, autopost_bills, message_bounce, user_id, create_uid,
        write_uid, create_date, write_date)
SELECT id, 'Large customer', 'Large customer', id, true, 'contact', true, 'BENCH LARGE', 'large@bench.example', 'en_US',
       0, true, 1, 0, 'ask', 0, 2, 1, 1, now()::timestamp, now()::timestamp
  FROM customer;

CREATE TEMP TABLE generated ON COMMIT DROP AS
SELECT number, customer.id AS customer_id, company.id AS company_id, company.currency_id, employee.partner_id AS author_id,
       journal.id AS journal_id, account.id AS account_id, receivable.id AS receivable_id,
       nextval('sale_order_id_seq')::int AS order_id, nextval('sale_order_line_id_seq')::int AS line_id,
       nextval('mail_message_id_seq')::int AS message_id,
       CASE WHEN number % 3 = 0 THEN nextval('account_move_id_seq')::int END AS invoice_id,
       CASE WHEN number % 60 = 0 THEN nextval('account_move_id_seq')::int END AS credit_note_id,
       10 + number % 90 AS amount,
       date_trunc('second', now()::timestamp - interval '3 years' * number / :orders - interval '1 hour') AS moment
  FROM generate_series(1, :orders) number,
       (SELECT id FROM res_partner WHERE ref = 'BENCH LARGE') customer,
       (SELECT id, currency_id FROM res_company ORDER BY id LIMIT 1) company,
       (SELECT partner_id FROM res_users WHERE id = 2) employee,
       (SELECT id FROM account_journal WHERE type = 'sale' ORDER BY id LIMIT 1) journal,
       (SELECT id FROM account_account WHERE account_type = 'income' ORDER BY id LIMIT 1) account,
       (SELECT id FROM account_account WHERE account_type = 'asset_receivable' ORDER BY id LIMIT 1) receivable;

INSERT INTO sale_order (id, name, company_id, partner_id, partner_invoice_id, partner_shipping_id, currency_id,
        currency_rate, user_id, state, invoice_status, date_order, amount_untaxed, amount_tax, amount_total, origin,
        locked, require_signature, require_payment, create_uid, write_uid, create_date, write_date)
SELECT order_id, 'LARGE' || number, company_id, customer_id, customer_id, customer_id, currency_id, 1, 2, 'sale',
       CASE WHEN invoice_id IS NULL THEN 'to invoice' ELSE 'invoiced' END, moment, amount, 0, amount, 'BENCH', false,
       false, false, 1, 1, moment, moment
  FROM generated;
INSERT INTO sale_order_line (id, order_id, name, product_uom_qty, price_unit, price_subtotal, price_total, customer_lead,
        currency_id, company_id, order_partner_id, state, create_uid, write_uid, create_date, write_date)
SELECT line_id, order_id, 'Thing', 1, amount, amount, amount, 0, currency_id, company_id, customer_id, 'sale', 1, 1,
       moment, moment
  FROM generated;

-- the quotation, an hour before the order
INSERT INTO mail_message (id, message_type, model, res_id, date, author_id, create_uid, write_uid, create_date, write_date)
SELECT message_id, 'comment', 'sale.order', order_id, moment - interval '1 hour', author_id, 2, 2, moment, moment
  FROM generated WHERE number % 10 = 1;
INSERT INTO mail_notification (mail_message_id, res_partner_id, notification_type, notification_status, author_id, is_read)
SELECT message_id, customer_id, 'email', 'sent', author_id, true FROM generated WHERE number % 10 = 1;
INSERT INTO mail_activity (res_model, res_model_id, res_id, user_id, date_deadline, date_done, active, activity_type_id,
        create_uid, write_uid, create_date, write_date)
SELECT 'res.partner', model.id, customer_id, 2, moment::date, moment::date, false, kind.id, 2, 2, moment, moment
  FROM generated, (SELECT id FROM ir_model WHERE model = 'res.partner') model,
       (SELECT id FROM mail_activity_type WHERE category = 'phonecall' ORDER BY id LIMIT 1) kind
 WHERE number % 10 = 0;

-- invoices and credit notes: a product line linked to the order's, and what is to be paid
CREATE TEMP TABLE generated_move ON COMMIT DROP AS
SELECT number, invoice_id AS id, 'out_invoice' AS move_type, 1 AS sign, amount::numeric AS amount,
       nextval('account_move_line_id_seq')::int AS product_line_id
  FROM generated WHERE invoice_id IS NOT NULL
 UNION ALL
SELECT number, credit_note_id, 'out_refund', -1, amount / 2.0, nextval('account_move_line_id_seq')::int
  FROM generated WHERE credit_note_id IS NOT NULL;

INSERT INTO account_move (id, name, journal_id, company_id, currency_id, state, move_type, auto_post, date, invoice_date,
        partner_id, commercial_partner_id, invoice_user_id, invoice_currency_rate, amount_untaxed,
        amount_untaxed_signed, create_uid, write_uid, create_date, write_date)
SELECT move.id, 'LARGE/' || move.id, journal_id, company_id, currency_id, 'posted', move_type, 'no', moment::date,
       moment::date, customer_id, customer_id, 2, 1, move.amount, sign * move.amount, 1, 1, moment, moment
  FROM generated_move move JOIN generated USING (number);
INSERT INTO account_move_line (id, move_id, journal_id, company_id, currency_id, display_type, parent_state, date,
        partner_id, account_id, balance, amount_currency, price_subtotal, quantity, date_maturity, reconciled)
SELECT line.id, move.id, journal_id, company_id, currency_id, line.display_type, 'posted', moment::date, customer_id,
       line.account_id, line.side * sign * move.amount, line.side * sign * move.amount,
       CASE WHEN line.side < 0 THEN move.amount END, 1, CASE WHEN line.side > 0 THEN moment::date + 30 END, false
  FROM generated_move move JOIN generated USING (number)
 CROSS JOIN LATERAL (VALUES (product_line_id, 'product', -1, generated.account_id),
                            (nextval('account_move_line_id_seq')::int, 'payment_term', 1, receivable_id)
                    ) line (id, display_type, side, account_id);
INSERT INTO sale_order_line_invoice_rel (order_line_id, invoice_line_id)
SELECT line_id, product_line_id FROM generated_move JOIN generated USING (number);
COMMIT;
