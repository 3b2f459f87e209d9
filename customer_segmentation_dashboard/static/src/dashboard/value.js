import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { asOfToday, Block, blockProps, Drill, useBlockData, useFormats } from "./block";

/** Salespeople with the predicted value their customers may take away. */
export class StakeBySalesperson extends Component {
    static template = "customer_segmentation_dashboard.StakeBySalesperson";
    static components = { Block, Drill };
    static props = blockProps;

    setup() {
        this.formats = useFormats();
        this.state = useBlockData("read_at_stake");
        this.share = (line) => (this.state.data.total ? line.at_stake / this.state.data.total : 0);
    }

    get note() {
        return asOfToday(this.props);
    }
}

/** Which share of the customers brings which share of revenue. */
export class ParetoCurve extends Component {
    static template = "customer_segmentation_dashboard.ParetoCurve";
    static components = { Block, Drill };
    static props = blockProps;

    setup() {
        this.formats = useFormats();
        this.state = useBlockData("read_pareto");
        this.canvas = useRef("canvas");
        this.scheme = cookie.get("color_scheme");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (data, element) => {
                if (data && element) {
                    const chart = new Chart(element, this.config(data));
                    return () => chart.destroy();
                }
            },
            () => [this.state.data, this.canvas.el]
        );
    }

    get note() {
        return asOfToday(this.props);
    }

    /** From nobody to everybody; who brings nothing is at the end of the line. */
    curve(data) {
        const points = data.points.map((point) => ({ x: 100 * point.customer_share, y: 100 * point.revenue_share }));
        return [{ x: 0, y: 0 }, ...points, { x: 100, y: 100 }];
    }

    /** Down from the share of revenue at which a class ends to the share of customers. */
    limits(data) {
        let end = 0;
        return data.classes
            .filter((group) => data.shares[group.abc_class])
            .map((group) => {
                end += 100 * group.customer_share;
                const share = 100 * data.shares[group.abc_class];
                const label = _t("%(class)s up to %(share)s", {
                    class: group.abc_class,
                    share: this.formats.percent(data.shares[group.abc_class]),
                });
                return { label, points: [{ x: 0, y: share }, { x: end, y: share }, { x: end, y: 0 }] };
            });
    }

    config(data) {
        const color = (number) => getColor(number, this.scheme, 6);
        const line = (label, points, number, further) => ({
            label, data: points, borderColor: color(number), backgroundColor: "transparent", pointRadius: 0,
            pointHitRadius: 0, borderWidth: 1.5, ...further,
        }); // prettier-ignore
        const curve = line(_t("Share of revenue"), this.curve(data), 0, {
            borderWidth: 3, pointHitRadius: 12, pointHoverRadius: 6, tension: 0.2,
        }); // prettier-ignore
        const limits = this.limits(data).map((limit, index) =>
            line(limit.label, limit.points, index + 2, { borderDash: [6, 4] })
        );
        return { type: "line", data: { datasets: [curve, ...limits] }, options: this.options(data) };
    }

    options(data) {
        const text = getCustomColor(this.scheme, "#374151", "#E4E4E4");
        const axis = (title) => ({
            type: "linear", min: 0, max: 100, title: { display: true, text: title, color: text },
            ticks: { color: text, callback: (value) => this.formats.percent(value / 100) },
            grid: { color: getCustomColor(this.scheme, "rgba(0,0,0,.08)", "rgba(255,255,255,.15)") },
        }); // prettier-ignore
        return {
            maintainAspectRatio: false, animation: false, interaction: { mode: "nearest", intersect: false },
            scales: { x: axis(_t("Customers, the best first")), y: axis(_t("Revenue")) },
            plugins: {
                legend: { position: "bottom", labels: { color: text, boxWidth: 24, boxHeight: 0 } },
                tooltip: {
                    displayColors: false,
                    callbacks: { title: () => "", label: (item) => this.describe(item) },
                },
            },
            onClick: (_event, found) => this.open(data, found),
        }; // prettier-ignore
    }

    describe({ parsed }) {
        const values = { customers: this.formats.percent(parsed.x / 100, 1), revenue: this.formats.percent(parsed.y / 100, 1) };
        return _t("The best %(customers)s of customers bring %(revenue)s of revenue", values);
    }

    /** The customers from the chosen point of the curve on. */
    open(data, found) {
        const point = found[0]?.datasetIndex === 0 && data.points[found[0].index - 1];
        if (point) {
            const best = _t("The best %s of customers", this.formats.percent(point.customer_share, 1));
            this.env.openRecords(best, point.domain, data.opens);
        }
    }
}

/** The six processes of customer management in their order. */
export class LifecycleFunnel extends Component {
    static template = "customer_segmentation_dashboard.LifecycleFunnel";
    static components = { Block, Drill };
    static props = blockProps;

    setup() {
        this.formats = useFormats();
        this.state = useBlockData("read_funnel");
    }

    width(line) {
        const most = Math.max(...this.state.data.lines.map((other) => other.count));
        return most ? (100 * line.count) / most : 0;
    }
}

/** Customers by the month of their first purchase, and which share of them bought in each month since. */
export class CohortTable extends Component {
    static template = "customer_segmentation_dashboard.CohortTable";
    static components = { Block, Drill };
    static props = blockProps;

    setup() {
        this.formats = useFormats();
        this.state = useBlockData("read_cohorts");
    }

    get months() {
        return this.state.data.rows.map((_row, index) => index);
    }

    /** All bought in the first month: what is told apart are the shares of the later ones. */
    heat(share, month) {
        const most = Math.max(...this.state.data.rows.flatMap((row) => row.cells.slice(1).map((cell) => cell.share)), 0.01);
        return month ? Math.min(share / most, 1) : 0;
    }

    style(cell, month) {
        return `--heat: ${(0.6 * this.heat(cell.share, month)).toFixed(3)}`;
    }

    title(row, cell) {
        return _t("First bought in %(first)s, bought in %(month)s", { first: row.label, month: cell.label });
    }

    label(row, cell) {
        const { share, customers } = cell;
        return `${this.title(row, cell)}: ${this.formats.percent(share)} (${this.formats.count(customers)})`;
    }
}
