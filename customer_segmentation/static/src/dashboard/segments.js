import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { Block, blockProps, Drill, useBlockData, useFormats } from "./block";

/** Each segment with its customers, what changed, revenue, share and average order. */
export class SegmentTable extends Component {
    static template = "customer_segmentation.SegmentTable";
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

    /** Of a period that is over, revenue is known where a month-end was kept. */
    get knowsRevenue() {
        return this.state.data.segments.some((segment) => segment.revenue !== null);
    }

    /** Month-ends kept before orders were counted know no average. */
    get knowsAverage() {
        return this.state.data.running || this.state.data.segments.some((segment) => segment.average !== null);
    }

    get withoutRevenue() {
        return _t("The revenue of %s is not known: no month-end was kept for that day.", this.state.data.day);
    }

    get total() {
        const sum = (name) => this.state.data.segments.reduce((total, segment) => total + (segment[name] || 0), 0);
        return { customers: this.formats.count(sum("customers")), revenue: this.formats.money(sum("revenue")) };
    }
}
