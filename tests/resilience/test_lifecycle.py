"""Install into a shop that sells already, upgrade, uninstall, install again: through Odoo's own command line."""

import pytest

from .conftest import CUSTOMERS, open_copy
from .processes import odoo_server, wait_until, wake_scheduler

OURS = "customer_(segment|transaction|imported)|segment_at_order"
LEFTOVERS = {
    "tables": f"SELECT tablename FROM pg_tables WHERE tablename ~ '{OURS}'",
    "columns": """SELECT table_name || '.' || column_name FROM information_schema.columns
                   WHERE table_schema = 'public' AND column_name ~ 'segment'""",
    "constraints": f"SELECT conname FROM pg_constraint WHERE conname ~ '{OURS}'",
    "indexes": f"SELECT indexname FROM pg_indexes WHERE indexname ~ '{OURS}'",
    "models": "SELECT model FROM ir_model WHERE model ~ '^customer[.]'",
    "fields": "SELECT name FROM ir_model_fields WHERE name ~ '^customer_(segment|profile|abc|rfm)'",
    "names": "SELECT name FROM ir_model_data WHERE module = 'customer_segmentation'",
    "others' names": "SELECT name FROM ir_model_data WHERE name ~ 'customer_segmentation' AND module <> 'base'",
    "scheduled actions": "SELECT cron_name FROM ir_cron WHERE cron_name ~ 'Customer Segmentation'",
    "groups": "SELECT name::text FROM res_groups WHERE name::text ~ 'egmentation'",
    "privileges": "SELECT name::text FROM res_groups_privilege WHERE name::text ~ 'egmentation'",
    "menus": "SELECT name::text FROM ir_ui_menu WHERE name::text ~ 'egmentation'",
    "actions": "SELECT name::text FROM ir_actions WHERE name::text ~ 'egmentation'",
    "views": "SELECT name FROM ir_ui_view WHERE arch_db::text ~ 'customer_segment|segment_at_order'",
    "saved filters": "SELECT name::text FROM ir_filters WHERE model_id ~ '^customer[.]'",
    "access rules": "SELECT name FROM ir_rule WHERE name ~ 'egmentation'",
}
EVERYTHING_KEPT = (
    "SELECT to_jsonb(t), t.xmin::text FROM customer_segmentation_profile t ORDER BY id",
    "SELECT to_jsonb(t), t.xmin::text FROM customer_segmentation_transition t ORDER BY id",
    "SELECT to_jsonb(t) FROM customer_segmentation_policy t ORDER BY id",
    "SELECT to_jsonb(t) FROM customer_segmentation_run t ORDER BY id",
    "SELECT to_jsonb(t) FROM customer_segment_scheme t ORDER BY id",
    "SELECT to_jsonb(t) FROM customer_segment t ORDER BY id",
    "SELECT to_jsonb(t) FROM ir_cron t WHERE active ORDER BY id",
)
OPENS = """
    assert env["ir.module.module"].search([("name", "=", "customer_segmentation")]).state == "uninstalled"
    for model in ("res.partner", "sale.order", "crm.lead", "sale.report", "res.company", "res.config.settings"):
        for view in ("form", "list", "kanban", "search"):
            env[model].get_view(view_type=view)
        names = [name for name, field in env[model]._fields.items() if field.store or not field.compute]
        env[model].search([], limit=5).read(names)
    order = env["sale.order"].search([], limit=1)
    order.copy({"partner_id": order.partner_id.copy().id})
    env["res.groups"].search([]).mapped("all_implied_ids")"""
SAVES_A_FILTER = 'env["ir.filters"].create({"name": "Ours", "model_id": "customer.segmentation.profile"})'
EDITS = """
    policy = env["customer.segmentation.policy"].search([], limit=1)
    policy.write({"window_months": 18, "abc_share_a": 70, "tz": "Asia/Shanghai"})
    env.ref("customer_segmentation.segment_champions").write({"name": "Darlings", "advice": "Call them", "color": 9})
    env.ref("customer_segmentation.scheme_8_classes").write({"name": "Eight of ours"})
    env.ref("customer_segmentation.scheme_11_segments").copy({"name": "A copy of ours"})
    env.ref("customer_segmentation.ir_cron_recompute").write({"interval_number": 2})
    policy.recompute()"""


@pytest.fixture
def copy(scored, tmp_path_factory):
    """A scored database of its own for one test, with workers."""
    for database, workers in open_copy(scored, "lifecycle", tmp_path_factory):
        database.workers = workers
        yield database


def test_shop_that_sells_already_is_scored_without_a_click(installed, tmp_path):
    """Installing queued a first run; Odoo's scheduler, a real server, does it."""
    database = installed.copy("first")
    try:
        assert database.values("SELECT state FROM customer_segmentation_run") == ["pending"]
        with odoo_server(database, tmp_path, "--max-cron-threads=1") as log:
            wait_until(lambda: is_scored(database), f"everybody is scored; see {log}", pause=0.5)
        assert database.value("SELECT count(*) FROM customer_segmentation_profile WHERE segment_id > 0") == CUSTOMERS
    finally:
        database.drop()


def is_scored(database):
    wake_scheduler(database)
    return database.values("SELECT state FROM customer_segmentation_run") == ["done"]


def test_upgrade_keeps_everything(copy):
    copy.workers.run("python", code=EDITS)
    before = [copy.query(statement) for statement in EVERYTHING_KEPT]
    copy.odoo("-u", "customer_segmentation")
    assert [copy.query(statement) for statement in EVERYTHING_KEPT] == before
    copy.workers.run("python", code='env["customer.segmentation.policy"].search([]).recompute()')
    assert copy.value("SELECT changed_count FROM customer_segmentation_run ORDER BY id DESC LIMIT 1") == 0
    profiles = EVERYTHING_KEPT[0]
    assert copy.query(profiles) == before[0]


def test_uninstall_leaves_nothing_behind_and_install_begins_anew(copy):
    buyer = copy.value("SELECT max(partner_id) FROM sale_order")
    copy.workers.run("confirm", order_ids=copy.workers.run("quotations", partner_ids=[buyer]))
    copy.workers.run("python", code=SAVES_A_FILTER)
    copy.workers.run("uninstall")
    left = {what: copy.values(statement) for what, statement in LEFTOVERS.items()}
    assert {what: names for what, names in left.items() if names} == {}
    copy.workers.run("python", code=OPENS)
    copy.install()
    assert copy.values("SELECT state FROM customer_segmentation_run") == ["pending"]
    copy.workers.run("scheduler")
    runs = "SELECT kind FROM customer_segmentation_run WHERE state = 'done' ORDER BY id"
    assert copy.values(runs) == ["live"]
    assert copy.value("SELECT count(*) FROM customer_segmentation_profile WHERE segment_id > 0") == CUSTOMERS


# ------------------------------------------------------------------ addons one can leave out

OF_DATABASE = {
    "tables": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    "columns": """SELECT table_name || '.' || column_name FROM information_schema.columns
                   WHERE table_schema = 'public'""",
    "constraints": "SELECT conrelid::regclass || '.' || conname FROM pg_constraint",
    "indexes": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    "fields": "SELECT model || '.' || name FROM ir_model_fields",
    "names": "SELECT module || '.' || name FROM ir_model_data",
}
KEPT_ROWS = (
    "ir_model", "ir_model_access", "ir_model_relation", "ir_model_constraint", "ir_rule", "ir_cron", "ir_actions",
    "ir_ui_menu", "ir_ui_view", "ir_filters", "ir_default", "ir_asset", "mail_activity", "mail_template", "res_groups",
    "customer_segmentation_policy", "customer_segment_scheme", "customer_segment", "customer_segment_range",
    "customer_tier", "customer_tier_criterion",
)  # fmt: skip
# What people do with an addon, and what is left of it afterwards.
USED = {
    "customer_segmentation_coverage": (
        """
        profile = env["customer.segmentation.profile"].search([], limit=1)
        env["customer.follow.up.stop"]._stop(profile, {profile.id: "Ours"}, {}, cancel_calls=True)
        env["ir.filters"].create({"name": "Ours", "model_id": "customer.segmentation.effort"})
        assert profile.follow_up_stopped
        """,
        """
        env["customer.playbook.entrance"]._candidates_now(env["customer.playbook"].search([], limit=1))
        """,
    ),
    "customer_segmentation_dashboard": (
        """
        policy = env["customer.segmentation.policy"].search([], limit=1)
        run = policy._queue_replay()
        run._execute()
        assert env["customer.segmentation.transition"].search_count([("kind", "=", "replay")])
        assert env["customer.segmentation.snapshot"].search_count([])
        policy._queue_replay()._step()
        env["customer.report.recipient"].create({"user_id": env.ref("base.user_admin").id})
        env["ir.filters"].create({"name": "Ours", "model_id": "customer.not.scored"})
        """,
        """
        assert set(env["customer.segmentation.run"].search([]).mapped("kind")) == {"live"}
        profiles = env["customer.segmentation.profile"].search([])
        assert all(not change.from_segment_id for change in profiles.transition_ids)
        """,
    ),
    "customer_segmentation_intent": (
        """
        lead = env["crm.lead"].create({"name": "Ours", "partner_id": env["res.partner"].search([], limit=1).id})
        lead.customer_intent = lead._fields["customer_intent"].get_values(env)[0]
        """,
        """
        env["crm.lead"].search([("name", "=", "Ours")]).read()
        """,
    ),
    "customer_segmentation_offers": (
        """
        policy = env["customer.segmentation.policy"].search([], limit=1)
        policy.recompute()
        env["customer.product.lost"]._look(policy)
        preset = env.ref("customer_segmentation_offers.playbook_lost_product")
        preset._start(policy.company_id)
        profile = env["customer.segmentation.profile"].search([], limit=1)
        values = {"playbook_id": preset.id, "profile_id": profile.id, "entered_on": "2026-01-01", "cause": "ours"}
        env["customer.playbook.entry"].create(values)
        env["ir.filters"].create({"name": "Ours", "model_id": "customer.product.lost"})
        """,
        """
        playbooks = env["customer.playbook"].with_context(active_test=False)
        playbook = playbooks.search([("name", "=", "Product No Longer Bought")])
        assert playbook.entry_ids and not playbook.active and playbook.trigger == "segment_enter"
        """,
    ),
    "customer_segmentation_prediction": (
        """
        policy = env["customer.segmentation.policy"].search([], limit=1)
        policy.recompute()
        profile = env["customer.segmentation.profile"].search([("churn_band", "!=", False)], limit=1)
        assert profile and not env["customer.segmentation.transition"].search_count([("processed", "=", False)])
        policy.action_check_prediction()
        preset = env.ref("customer_segmentation_prediction.playbook_high_churn_risk")
        preset._start(policy.company_id)
        values = {"playbook_id": preset.id, "profile_id": profile.id, "entered_on": "2026-01-01", "cause": "ours"}
        env["customer.playbook.entry"].create(values)
        preset.copy({"name": "Ours"})._start(policy.company_id)
        policy.tier_ids = [(0, 0, {"name": "Ours", "criterion_ids": [(0, 0, {"measure": "churn_risk", "entry": 10})]})]
        values = {"profile_id": profile.id, "run_id": policy.last_run_id.id, "date": "2026-01-01"}
        changes = env["customer.segmentation.transition"]
        changes.create({**values, "from_churn_band": "low", "to_churn_band": "high", "processed": True})
        """,
        """
        playbook = env["customer.playbook"].with_context(active_test=False).search([("name", "=", "High Churn Risk")])
        assert playbook.entry_ids and not playbook.active and playbook.trigger == "segment_enter"
        assert not env["customer.playbook"].search([("name", "=", "Ours")])
        assert not env["customer.segmentation.transition"].search([("date", "=", "2026-01-01")])
        policy = env["customer.segmentation.policy"].search([], limit=1)
        assert policy.rules_changed
        policy.recompute()
        assert not env["customer.segmentation.transition"].search_count([("processed", "=", False)])
        """,
    ),
    "customer_segmentation_preview": (
        """
        draft = env["customer.segmentation.policy"].search([], limit=1)._begin_draft()
        draft.with_context(ladder="metals").action_use_ladder()
        draft.action_draft_scheme()
        draft.action_preview()
        """,
        """
        assert env["customer.segmentation.policy"].search_count([]) == 1
        """,
    ),
    "customer_segmentation_value": (
        """
        policy = env["customer.segmentation.policy"].search([], limit=1)
        policy.with_context(value_preset="all_round").action_use_value_preset()
        policy.abc_basis = policy.playbook_order = "value_score"
        criterion = {"measure": "value_score", "entry": 50}
        policy.tier_ids = [(0, 0, {"name": "Ours", "sequence": 1, "criterion_ids": [(0, 0, criterion)]})]
        customer = env["customer.segmentation.profile"].search([], limit=1).partner_id
        customer.write({"customer_potential": "5", "customer_gender": "other"})
        env["customer.satisfaction"].create({"partner_id": customer.id, "rating": "1"})
        env["ir.filters"].create({"name": "Ours", "model_id": "customer.credit.class"})
        assert policy.recompute().state == "done"
        assert policy.last_run_id.cut_points["abc_basis"] == "value_score"
        assert env["customer.segmentation.profile"].search_count([("value_band", "!=", False)])
        playbooks = env.ref("customer_segmentation_value.playbook_dissatisfied").copy({"name": "Ours"})
        playbooks._start(env.company, include_now=True)
        playbooks.copy({"name": "Never started"})
        for _worked in env["customer.playbook.engine"]._batches():
            pass
        assert playbooks.entry_ids.activity_ids
        """,
        """
        playbooks = env["customer.playbook"].with_context(active_test=False)
        playbook = playbooks.search([("name", "=", "Ours")])
        assert playbook.entry_ids.state == "cancelled" and not playbook.active and playbook.read()
        assert not playbooks.search([("name", "=", "Never started")])
        run = env["customer.segmentation.policy"].search([]).last_run_id
        assert not {"value", "abc_basis"} & run.cut_points.keys() and run.limits
        versions = env["customer.segmentation.policy.version"].search([])
        assert any("value_score, which nothing measures any more" in line for line in versions.mapped("difference"))
        """,
    ),
    "customer_segmentation_groups": (
        """
        group = env["customer.segmentation.group"].create({"name": "Ours", "domain": "[('customer_revenue', '>', 0)]"})
        env["ir.filters"].create({"name": "Ours", "model_id": group._name})
        playbook = env["customer.playbook"].search([], limit=1)
        playbook.audience_domain = f"[('customer_group_ids', 'in', {group.ids})]"
        assert not playbook.audience_problem
        playbook._start(env.company)
        group.action_freeze()
        env["customer.segmentation.discovery"].action_open()
        """,
        """
        playbook = env["customer.playbook"].search([("audience_domain", "like", "customer_group_ids")])
        assert playbook.audience_problem and not playbook.who_would_enter
        assert not playbook.started_company_ids
        """,
    ),
}
STILL_OPENS = """
    for model in ("res.partner", "customer.segmentation.profile", "customer.playbook", "res.config.settings"):
        for view in ("form", "list", "search"):
            env[model].get_view(view_type=view)
    env["customer.segmentation.policy"].search([]).recompute()
    customer = env["customer.segmentation.profile"].search([], limit=1).partner_id
    env["customer.segmentation.exclusion"].create({"partner_id": customer.id})"""


NEEDS = {"customer_segmentation_dashboard": "customer_segmentation_prediction"}


def state_of(database):
    rows = {table: f"SELECT '{table} ' || id FROM {table}" for table in KEPT_ROWS}
    return {what: set(database.values(statement)) for what, statement in {**OF_DATABASE, **rows}.items()}


@pytest.mark.parametrize("addon", USED)
def test_an_addon_one_can_leave_out_leaves_nothing_behind(copy, addon):
    if addon in NEEDS:
        copy.odoo("-i", NEEDS[addon])
    before = state_of(copy)
    used, afterwards = USED[addon]
    copy.odoo("-i", addon)
    copy.workers.run("python", code=used)
    copy.workers.run("uninstall", addon=addon)
    after = state_of(copy)
    left = {what: after[what] ^ names for what, names in before.items()}
    assert {what: names for what, names in left.items() if names} == {}
    copy.workers.run("python", code=afterwards)
    copy.workers.run("python", code=STILL_OPENS)


# ------------------------------------------------------------------ addons that leave the others

# What the registry does not know: columns, and what Odoo keeps of fields, their choices and foreign keys.
UNKNOWN = """
    from odoo.tools import sql
    tables = {model._table: model for model in env.values() if model._auto and not model._abstract}
    known = {(name, field) for name, model in env.items() for field in model._fields}
    lines = []
    for table, model in tables.items():
        columns = {name for name, field in model._fields.items() if field.store and field.column_type}
        lines += [f"{table}.{name}" for name in sql.table_columns(env.cr, table).keys() - columns]
    for field in env["ir.model.fields"].search([("state", "=", "base")]):
        lines += [] if (field.model, field.name) in known else [f"{field.model}: {field.name}"]
    for kind in ("ir.model", "ir.model.fields", "ir.model.fields.selection", "ir.model.constraint"):
        for data in env["ir.model.data"].search([("model", "=", kind)]):
            lines += [] if env[kind].browse(data.res_id).exists() else [data.complete_name]
    env.cr.execute("CREATE TABLE IF NOT EXISTS unknown_found (name text)")
    env.cr.execute("TRUNCATE unknown_found")
    env.cr.execute("INSERT INTO unknown_found SELECT unnest(%s::text[])", [lines])"""
OF_ADDON = "SELECT name FROM ir_model_data WHERE module = %(addon)s"


def test_each_addon_leaves_nothing_behind_in_those_that_stay(copy):
    """All of them installed at once: what one gives to models of the family, the models of another inherit."""
    copy.odoo("-i", ",".join(USED))
    before = unknown_in(copy)
    for addon in (*NEEDS, *(addon for addon in USED if addon not in NEEDS)):
        copy.workers.run("uninstall", addon=addon)
        assert (addon, unknown_in(copy) - before) == (addon, set())
        assert (addon, copy.values(OF_ADDON, addon=addon)) == (addon, [])
        copy.workers.run("python", code=STILL_OPENS)


def unknown_in(database):
    database.workers.run("python", code=UNKNOWN)
    return set(database.values("SELECT name FROM unknown_found"))
