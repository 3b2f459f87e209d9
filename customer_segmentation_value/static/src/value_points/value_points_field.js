import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What each indicator contributes to the value score of a customer, as a bar with the reason for it. */
export class ValuePointsField extends Component {
    static template = "customer_segmentation_value.ValuePointsField";
    static props = { ...standardFieldProps };

    get parts() {
        return this.props.record.data[this.props.name] || [];
    }
}

export const valuePointsField = {
    component: ValuePointsField,
    displayName: _t("Points of the Value Score"),
    supportedTypes: ["json"],
};

registry.category("fields").add("value_points", valuePointsField);
