import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A from → to table of a preview as the server renders it; each number of movers opens those customers. */
export class PreviewTableField extends Component {
    static template = "customer_segmentation_preview.PreviewTableField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    async open(event) {
        const number = event.target.closest("button[data-from]");
        if (!number) {
            return;
        }
        const { resModel, resId } = this.props.record;
        const { kind } = number.closest("table").dataset;
        const { from, to } = number.dataset;
        return this.action.doAction(await this.orm.call(resModel, "action_open_moved", [[resId], kind, from, to]));
    }
}

export const previewTableField = {
    component: PreviewTableField,
    displayName: _t("Table of Movements"),
    supportedTypes: ["html"],
};

registry.category("fields").add("preview_table", previewTableField);
