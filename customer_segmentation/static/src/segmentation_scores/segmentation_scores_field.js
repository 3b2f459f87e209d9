import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The scores of a customer as pips, each with its value and the reason for it. */
export class SegmentationScoresField extends Component {
    static template = "customer_segmentation.SegmentationScoresField";
    static props = { ...standardFieldProps };

    get scores() {
        return this.props.record.data[this.props.name] || [];
    }

    pips(score) {
        return Array.from({ length: score.bands }, (_, index) => index < score.score);
    }

    describe(score) {
        return _t("%(label)s: score %(score)s of %(bands)s", score);
    }
}

export const segmentationScoresField = {
    component: SegmentationScoresField,
    displayName: _t("Segmentation Scores"),
    supportedTypes: ["json"],
};

registry.category("fields").add("segmentation_scores", segmentationScoresField);
