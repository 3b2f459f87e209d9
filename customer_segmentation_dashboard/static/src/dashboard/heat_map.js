import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { asOfToday, Block, blockProps, Drill, measureChoices, Switch, useBlockData, useFormats } from "./block";

/** Customers or revenue by recency and by frequency with monetary value. */
export class HeatMap extends Component {
    static template = "customer_segmentation_dashboard.HeatMap";
    static components = { Block, Drill, Switch };
    static props = blockProps;

    setup() {
        this.formats = useFormats();
        this.state = useBlockData("read_heat_map");
        this.view = useState({ measure: "customers" });
        this.measures = measureChoices();
        this.choose = (measure) => (this.view.measure = measure);
    }

    get note() {
        return asOfToday(this.props);
    }

    /** Scores from the best to the worst, and from the worst to the best. */
    get scores() {
        const rising = Array.from({ length: this.state.data.bands }, (_item, index) => index + 1);
        return { rising, falling: [...rising].reverse() };
    }

    cell(recency, fm) {
        return this.state.data.cells.find((cell) => cell.recency === recency && cell.fm === fm);
    }

    text(cell) {
        const value = cell[this.view.measure];
        return this.view.measure === "customers" ? this.formats.count(value) : this.formats.money(value);
    }

    /** 0…1: how dark a cell is. The square root keeps small cells visible beside a huge one. */
    heat(cell) {
        const most = Math.max(...this.state.data.cells.map((other) => other[this.view.measure]), 0);
        return most > 0 ? Math.sqrt(Math.max(cell[this.view.measure], 0) / most) : 0;
    }

    style(cell) {
        return `--heat: ${(0.6 * this.heat(cell)).toFixed(3)}`;
    }

    tooltip(cell) {
        return cell.segments.join(", ");
    }

    title(cell) {
        return _t("R %(recency)s, FM %(fm)s", cell);
    }

    label(cell) {
        return `${this.title(cell)}: ${this.text(cell)}, ${this.tooltip(cell)}`;
    }
}
