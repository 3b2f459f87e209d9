import { Component, onWillUnmount, useComponent, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatInteger, formatMonetary } from "@web/views/fields/formatters";

export const MODEL = "customer.segmentation.dashboard";

/** What every block is told: the company, its currency, whose customers, and the period. */
export const blockProps = {
    companyId: Number, currencyId: Number, scope: String, start: String, end: String, running: Boolean,
}; // prettier-ignore

/** For blocks that know only today: said wherever a period that is over is chosen. */
export function asOfToday(props) {
    return props.running ? "" : _t("As it is today, not at the end of the period chosen.");
}

/**
 * Read a block's data, anew whenever the company, the period, the scope or what `further` returns changes.
 * While new data are read, the old ones stay; `state.data` is null before the first.
 */
export function useBlockData(method, further = () => []) {
    const component = useComponent();
    const orm = useService("orm");
    const state = useState({ data: null, loading: true, failed: false });
    const last = new KeepLast();
    let gone = false;
    onWillUnmount(() => (gone = true));
    useEffect(
        (scope, ...parameters) => {
            Object.assign(state, { loading: true, failed: false });
            last.add(orm.call(MODEL, method, parameters, { scope })).then(
                (data) => !gone && Object.assign(state, { data, loading: false }),
                (error) => {
                    Object.assign(state, { loading: false, failed: true });
                    throw error;
                }
            );
        },
        () => {
            const { companyId, start, end, scope } = component.props;
            return [scope, companyId, start, end, ...further()];
        }
    );
    return state;
}

/** Numbers as people read them. */
export function useFormats() {
    const component = useComponent();
    const money = (value, options) => formatMonetary(value, { currencyId: component.props.currencyId, ...options });
    return {
        count: (value) => formatInteger(value),
        money: (value) => money(value, { digits: [16, 0] }),
        percent: (value, digits = 0) =>
            _t("%(share)s %", {
                share: formatFloat(100 * value, { digits: [16, digits], trailingZeros: digits > 0 }),
            }),
        signed: (value, text) => (value > 0 ? `+${text}` : text),
    };
}

/** The nearest number in the direction of an arrow key; none at the edge. */
function neighbour(numbers, current, key) {
    const from = current.getBoundingClientRect();
    if (key === "ArrowLeft" || key === "ArrowRight") {
        return numbers[numbers.indexOf(current) + (key === "ArrowRight" ? 1 : -1)];
    }
    const down = key === "ArrowDown";
    const places = numbers
        .map((number) => ({ number, rect: number.getBoundingClientRect() }))
        .filter(({ rect }) => (down ? rect.top >= from.bottom - 2 : rect.bottom <= from.top + 2));
    const distance = ({ rect }) => Math.abs(rect.top - from.top) * 1000 + Math.abs(rect.left - from.left);
    return places.sort((one, other) => distance(one) - distance(other))[0]?.number;
}

/**
 * One tab stop for all the numbers inside an element: the arrow keys lead from one to the next.
 * Returns what the element listens with.
 */
export function useOneTabStop(name) {
    const ref = useRef(name);
    const numbers = () => [...(ref.el?.querySelectorAll(".o_dashboard_drill[type=button]") || [])];
    const choose = (chosen) => numbers().forEach((number) => (number.tabIndex = number === chosen ? 0 : -1));
    useEffect(() => {
        const found = numbers();
        if (found.length && found.filter((number) => number.tabIndex === 0).length !== 1) {
            choose(found[0]);
        }
    });
    return (event) => {
        const current = event.target.closest(".o_dashboard_drill[type=button]");
        const next = current && event.key.startsWith("Arrow") && neighbour(numbers(), current, event.key);
        if (next) {
            event.preventDefault();
            choose(next);
            next.focus();
        }
    };
}

/** A number that opens the records behind it; plain text where there are none. */
export class Drill extends Component {
    static template = "customer_segmentation_dashboard.Drill";
    static props = {
        text: String,
        title: String,
        domain: { type: [Array, { value: undefined }], optional: true },
        opens: { type: [Object, { value: undefined }], optional: true }, // what the list shows of them
        label: { type: String, optional: true },
        tooltip: { type: String, optional: true },
        class: { type: String, optional: true },
        any: { type: Boolean, optional: true }, // whether there is anything behind it
    };
    static defaultProps = { any: true, class: "" };

    /** What a screen reader calls it: the number alone says nothing. */
    get name() {
        return this.props.label || `${this.props.title}: ${this.props.text}`;
    }

    open() {
        this.env.openRecords(this.props.title, this.props.domain, this.props.opens);
    }
}

/** A card with a title, its definition behind a question mark, and what it shows. */
export class Block extends Component {
    static template = "customer_segmentation_dashboard.Block";
    static props = {
        title: String,
        help: { type: String, optional: true },
        note: { type: String, optional: true },
        class: { type: String, optional: true },
        state: Object,
        slots: Object,
    };

    setup() {
        this.view = useState({ explained: false });
        this.onKeydown = useOneTabStop("numbers");
        this.whatIs = whatIs(this.props.title);
    }
}

/** What the button that explains something is called. */
export function whatIs(title) {
    return _t("What is “%s”?", title);
}

/** A few choices side by side, one of them chosen. */
export class Switch extends Component {
    static template = "customer_segmentation_dashboard.Switch";
    static props = { label: String, choices: Array, chosen: String, choose: Function };
}

/** How many customers or how much revenue: what heat map and movement can show. */
export function measureChoices() {
    return [
        ["customers", _t("Customers")],
        ["revenue", _t("Revenue")],
    ];
}
