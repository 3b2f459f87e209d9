import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { FieldSelectorField, fieldSelectorField } from "@web/views/fields/field_selector/field_selector_field";
import { formatFloat } from "@web/views/fields/formatters";
import { parseFloat } from "@web/views/fields/parsers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A field of a model, offered only if it can be used: stored, and of one of the `types`. */
export class UsableFieldSelectorField extends FieldSelectorField {
    static props = {
        ...FieldSelectorField.props,
        types: { type: Array },
        comodel: { type: String, optional: true },
    };

    filter(field) {
        const links = !this.props.comodel || !field.relation || field.relation === this.props.comodel;
        return field.store && field.name !== "id" && this.props.types.includes(field.type) && links;
    }
}

export const usableFieldSelectorField = {
    ...fieldSelectorField,
    component: UsableFieldSelectorField,
    displayName: _t("Usable Field"),
    extractProps(fieldInfo, dynamicInfo) {
        return {
            ...fieldSelectorField.extractProps(fieldInfo, dynamicInfo),
            types: fieldInfo.options.types,
            comodel: fieldInfo.options.comodel,
        };
    },
};

registry.category("fields").add("usable_field_selector", usableFieldSelectorField);

/** Typed in the list itself: its rows open a dialog, but weights are balanced side by side. */
export class WeightInListField extends Component {
    static template = "customer_segmentation_value.WeightInListField";
    static props = { ...standardFieldProps };

    get canType() {
        return this.props.record.model.root.isInEdition;
    }

    get formatted() {
        return formatFloat(this.props.record.data[this.props.name], {
            field: this.props.record.fields[this.props.name],
        });
    }

    async onChange(event) {
        let weight;
        try {
            weight = parseFloat(event.target.value);
        } catch {
            event.target.value = this.formatted; // no number: the weight stays what it was
            return;
        }
        await this.props.record.update({ [this.props.name]: weight });
        event.target.value = this.formatted;
    }
}

export const weightInListField = {
    component: WeightInListField,
    displayName: _t("Weight"),
    supportedTypes: ["float"],
};

registry.category("fields").add("list.weight_in_list", weightInListField);

/** Switched in the list itself, for the same reason. */
export class SwitchInListField extends Component {
    static template = "customer_segmentation_value.SwitchInListField";
    static props = { ...standardFieldProps };

    get canSwitch() {
        return this.props.record.model.root.isInEdition;
    }

    async onChange(event) {
        await this.props.record.update({ [this.props.name]: event.target.checked });
    }
}

export const switchInListField = {
    component: SwitchInListField,
    displayName: _t("Switch"),
    supportedTypes: ["boolean"],
};

registry.category("fields").add("list.switch_in_list", switchInListField);
