import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The customer's purchase days on a line, today, and when the next order is expected. */
export class PurchaseTimelineField extends Component {
    static template = "customer_segmentation.PurchaseTimelineField";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ chosen: null });
    }

    get timeline() {
        return this.props.record.data[this.props.name];
    }

    /** All marks in the order of time, each with what is said about it. */
    get marks() {
        const { orders, today, expected } = this.timeline;
        const marks = orders.map((order) => ({ ...order, kind: "order" }));
        marks.push({ ...today, kind: "today" });
        if (expected) {
            marks.push({ ...expected, kind: "expected" });
        }
        return marks.sort((one, other) => one.position - other.position);
    }

    /** What was chosen, or else the latest purchase. */
    get chosen() {
        const marks = this.marks;
        const latest = marks.findLastIndex((mark) => mark.kind === "order");
        const index = Math.min(this.state.chosen ?? latest, marks.length - 1);
        return { index, ...marks[index] };
    }

    describe(mark) {
        return _t("%(date)s: %(label)s", mark);
    }

    percent(mark) {
        return `${(1 + 98 * mark.position).toFixed(2)}%`;
    }

    choose(index) {
        this.state.chosen = index;
    }

    onKeydown(event) {
        const last = this.marks.length - 1;
        const { index } = this.chosen;
        const target = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: last }[event.key];
        if (target !== undefined) {
            event.preventDefault();
            this.choose(Math.max(0, Math.min(last, target)));
        }
    }
}

export const purchaseTimelineField = {
    component: PurchaseTimelineField,
    displayName: _t("Purchase Timeline"),
    supportedTypes: ["json"],
};

registry.category("fields").add("purchase_timeline", purchaseTimelineField);
