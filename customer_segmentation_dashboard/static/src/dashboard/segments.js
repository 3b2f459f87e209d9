import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { Block, blockProps, Drill, useBlockData, useFormats } from "./block";

/** Each segment with its customers, what changed, revenue, share and average order. */
export class SegmentTable extends Component {
    static template = "customer_segmentation_dashboard.SegmentTable";
    static components = { Block, Drill };
    static props = blockProps;

    setup() {
        this.formats = useFormats();
        this.state = useBlockData("read_segments");
    }

    /** Customers more or fewer than before; null where it is not known. */
    trend(segment) {
        const { customers, previous } = segment;
        return customers === null || previous === null ? null : customers - previous;
    }

    money(value) {
        return value === null ? "–" : this.formats.money(value);
    }

    get unknown() {
        return _t("Nobody knows where customers stood on %s: their history begins later.", this.state.data.day);
    }

    get total() {
        const sum = (name) => this.state.data.segments.reduce((total, segment) => total + (segment[name] || 0), 0);
        return { customers: this.formats.count(sum("customers")), revenue: this.formats.money(sum("revenue")) };
    }
}
