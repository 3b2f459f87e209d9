import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { Block, blockProps, Drill, MODEL, Switch, useBlockData, useFormats } from "./block";

/** The twelve months up to the end of the period, as a line and as numbers that open their customers. */
export class MonthLine extends Component {
    static template = "customer_segmentation_dashboard.MonthLine";
    static components = { Block, Drill, Switch };
    static props = blockProps;

    setup() {
        this.formats = useFormats();
        this.state = useBlockData("read_months");
        this.view = useState({ measure: "revenue" });
        this.choose = (measure) => (this.view.measure = measure);
        this.canvas = useRef("canvas");
        this.scheme = cookie.get("color_scheme");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (data, element) => {
                if (data && element) {
                    const chart = new Chart(element, this.config(data.months));
                    return () => chart.destroy();
                }
            },
            () => [this.state.data, this.canvas.el, this.view.measure]
        );
    }

    get measures() {
        return [
            ["revenue", _t("Revenue")],
            ["active", _t("Active Customers")],
            ["at_stake", _t("At Stake")],
        ];
    }

    get label() {
        return this.measures.find((measure) => measure[0] === this.view.measure)[1];
    }

    /** What was at stake of some customers only, nobody kept. */
    get isKnown() {
        return this.state.data.months.some((month) => month[this.view.measure] !== null);
    }

    text(month) {
        const value = month[this.view.measure];
        if (value === null) {
            return "–";
        }
        return this.view.measure === "active" ? this.formats.count(value) : this.formats.money(value);
    }

    title(month) {
        return `${this.label} – ${month.label}`;
    }

    open(month) {
        const domain = month[`${this.view.measure}_domain`];
        if (domain) {
            this.env.openRecords(this.label, domain, month[`${this.view.measure}_opens`]);
        }
    }

    config(months) {
        const text = getCustomColor(this.scheme, "#374151", "#E4E4E4");
        const grid = getCustomColor(this.scheme, "rgba(0,0,0,.08)", "rgba(255,255,255,.15)");
        const color = getColor(0, this.scheme, 6);
        const line = {
            label: this.label, data: months.map((month) => month[this.view.measure]), borderColor: color,
            backgroundColor: color, borderWidth: 3, pointRadius: 4, tension: 0.2,
            segment: { borderDash: (part) => (months[part.p1DataIndex].running ? [6, 4] : undefined) },
        }; // prettier-ignore
        return {
            type: "line",
            data: { labels: months.map((month) => month.short), datasets: [line] },
            options: {
                maintainAspectRatio: false, animation: false, interaction: { mode: "index", intersect: false },
                scales: {
                    x: { ticks: { color: text }, grid: { color: grid } },
                    y: { beginAtZero: true, ticks: { color: text }, grid: { color: grid } },
                },
                plugins: {
                    legend: { display: false },
                    tooltip: { displayColors: false, callbacks: {
                        title: ([item]) => months[item.dataIndex].label,
                        label: (item) => `${this.label}: ${this.text(months[item.dataIndex])}`,
                    } },
                },
                onClick: (_event, found) => found.length && this.open(months[found[0].index]),
            },
        }; // prettier-ignore
    }
}

/** What playbooks with a control group brought, in money. */
export class EffectTable extends Component {
    static template = "customer_segmentation_dashboard.EffectTable";
    static components = { Block, Drill };
    static props = blockProps;

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useBlockData("read_effect");
    }

    async open(line, treatment) {
        const { companyId, start, end, scope } = this.props;
        const action = await this.orm.call(MODEL, "effect_action", [companyId, start, end, line.id, treatment], { scope });
        return this.action.doAction(action);
    }
}
