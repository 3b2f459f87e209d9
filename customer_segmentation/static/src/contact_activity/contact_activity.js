import { Component } from "@odoo/owl";
import { KanbanActivity } from "@mail/views/web/fields/kanban_activity/kanban_activity";
import { ListActivity } from "@mail/views/web/fields/list_activity/list_activity";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const DEPENDENCIES = [
    { name: "partner_id", type: "many2one", relation: "res.partner" },
    { name: "next_activity_state", type: "selection", selection: [] },
    { name: "next_activity_summary", type: "char" },
    { name: "next_activity_icon", type: "char" },
];

/** Odoo's button and its popover, acting on the contact of a row instead of on the row. */
function onContact(Button) {
    return class extends Button {
        static props = { ...Button.props, row: Object };

        async onClick() {
            if (this.popover.isOpen) {
                this.popover.close();
                return;
            }
            const row = this.props.row;
            const selection = this.env.model?.root?.selection ?? [];
            const rows = selection.length > 1 && selection.some((one) => one.id === row.id) ? selection : [row];
            const contacts = [...new Set(rows.map((one) => one.data.partner_id.id))];
            this.popover.open(this.buttonRef.el, {
                activityIds: row.data.next_activity_ids.currentIds,
                onActivityChanged: () => {
                    rows.forEach((one) => one.load());
                    this.popover.close();
                },
                resId: row.data.partner_id.id,
                resIds: rows.length > 1 ? contacts : undefined,
                resModel: "res.partner",
            });
        }
    };
}

/** What Odoo's button reads of a record, of what is planned with the customer of a row. */
class ContactActivity extends Component {
    static props = standardFieldProps;

    get contact() {
        const data = this.props.record.data;
        return {
            data: {
                activity_ids: data.next_activity_ids,
                activity_state: data.next_activity_state,
                activity_summary: data.next_activity_summary,
                activity_type_icon: data.next_activity_icon,
            },
        };
    }
}

export class ContactListActivity extends ContactActivity {
    static components = { ActivityButton: onContact(ListActivity.components.ActivityButton) };
    static template = "customer_segmentation.ContactListActivity";
}

export class ContactKanbanActivity extends ContactActivity {
    static components = { ActivityButton: onContact(KanbanActivity.components.ActivityButton) };
    static template = "customer_segmentation.ContactKanbanActivity";
}

registry.category("fields").add("contact_list_activity", {
    component: ContactListActivity,
    displayName: _t("Activities of the Customer"),
    fieldDependencies: DEPENDENCIES,
    supportedTypes: ["one2many"],
});

registry.category("fields").add("contact_kanban_activity", {
    component: ContactKanbanActivity,
    fieldDependencies: DEPENDENCIES,
    supportedTypes: ["one2many"],
});
