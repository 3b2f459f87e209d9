import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** One of the answers of the page Segmentation: "why", "changes" or "outlook", as the option `part` says. */
export class SegmentAnswersField extends Component {
    static template = "customer_segmentation_dashboard.SegmentAnswersField";
    static props = { ...standardFieldProps, part: String };

    get answers() {
        return this.props.record.data[this.props.name] || {};
    }

    get changes() {
        return this.answers.changes;
    }

    get outlook() {
        return this.answers.outlook;
    }

    get grid() {
        return this.answers.grid;
    }

    classOf(cell) {
        if (cell.own) {
            return "text-bg-primary fw-bold";
        }
        return cell.same ? "bg-primary-subtle" : "";
    }
}

export const segmentAnswersField = {
    component: SegmentAnswersField,
    displayName: _t("Segment Explained"),
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({ part: options.part }),
};

registry.category("fields").add("segment_answers", segmentAnswersField);
