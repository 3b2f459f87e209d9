from odoo.tools import SQL

# Their addresses now belong to actions that decide whose rows come first, and an address must be unique.
MOVED = ["action_overdue_customers", "action_playbook_entries"]


def migrate(cr, version):
    cr.execute(
        SQL(
            """UPDATE ir_act_window SET path = NULL
                 FROM ir_model_data data
                WHERE data.module = 'customer_segmentation' AND data.name = ANY(%s)
                  AND data.model = 'ir.actions.act_window' AND data.res_id = ir_act_window.id""",
            MOVED,
        )
    )
