import { Component, markup } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** A customer on the desk: who and why; chosen, also what to say and what can be done. */
export class DeskRow extends Component {
    static template = "customer_segmentation.DeskRow";
    static props = {
        row: Object,
        number: Number,
        selected: Boolean,
        select: Function,
        tell: { type: Function, optional: true }, // without, the row is only looked at
        quote: { type: Function, optional: true },
        openCustomer: { type: Function, optional: true },
    };

    get isOpen() {
        return this.props.row.state === "open";
    }

    get outcomeInWords() {
        const { outcome, next_day: day } = this.props.row;
        return day ? _t("%(outcome)s, again on %(day)s", { outcome, day }) : outcome;
    }

    get note() {
        return markup(this.props.row.say.html); // cleaned by the server, as every activity's note
    }

    get phoneAddress() {
        return `tel:${this.props.row.phone.replace(/[^+\d]/g, "")}`;
    }

    /** The link dials; what came of it is asked meanwhile. */
    call() {
        this.props.tell(this.props.row);
    }
}
