import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { Block, blockProps, Drill, measureChoices, Switch, useBlockData, useFormats } from "./block";

/** Who was where at the end of the period before, and where at the end of this one. */
export class MovementMatrix extends Component {
    static template = "customer_segmentation_dashboard.MovementMatrix";
    static components = { Block, Drill, Switch };
    static props = { ...blockProps, groupings: Array };

    setup() {
        this.formats = useFormats();
        this.view = useState({ measure: "customers", grouping: "segment_id" });
        this.state = useBlockData("read_movement", () => [this.view.grouping, this.view.measure]);
        this.measures = measureChoices();
        this.choose = (measure) => (this.view.measure = measure);
        this.chooseGrouping = (grouping) => (this.view.grouping = grouping);
    }

    get unknown() {
        const { since, before_day: day } = this.state.data;
        return since
            ? _t("The history of customers begins on %(since)s; nobody knows where they stood on %(day)s. Choose a later period.", { since, day })
            : _t("There is no history of customers yet: it begins with the first recompute.");
    }

    get days() {
        const { before_day: before, after_day: after } = this.state.data;
        return _t("From %(before)s (rows) to %(after)s (columns)", { before, after });
    }

    get since() {
        const { before_day: day } = this.state.data;
        return _t("The rules were changed on %(day)s: only movements since then are shown.", { day });
    }

    /** What the data shown are about; the choice runs ahead of them while others are read. */
    get measure() {
        return this.state.data.measure;
    }

    totalOn(day) {
        return _t("Total on %s", day);
    }

    on(day) {
        return this.measure === "customers" ? _t("Customers on %s:", day) : _t("Revenue of the customers on %s:", day);
    }

    get groups() {
        return this.state.data.groups;
    }

    /** Nobody came, or nobody went: then there is no row, or no column, for who is no customer. */
    get rows() {
        return this.groups.filter((group) => group.key !== "none" || this.cellsOf("before", group).length);
    }

    get columns() {
        return this.groups.filter((group) => group.key !== "none" || this.cellsOf("after", group).length);
    }

    cell(before, after) {
        return this.state.data.cells.find((cell) => cell.before === before.key && cell.after === after.key);
    }

    cellsOf(side, group) {
        return this.state.data.cells.filter((cell) => cell[side] === group.key);
    }

    text(value) {
        return this.measure === "customers" ? this.formats.count(value) : this.formats.money(value);
    }

    /** The sum of the chosen measure over cells on one of the two days: customers are the same, revenue is of the day. */
    sum(cells, side) {
        const name = this.measure === "revenue" && side === "before" ? "revenue_before" : this.measure;
        return cells.reduce((total, cell) => total + cell[name], 0);
    }

    rowSum(group) {
        return this.sum(this.cellsOf("before", group), "before");
    }

    columnSum(group) {
        return this.sum(this.cellsOf("after", group), "after");
    }

    customersOn(side) {
        return this.sum(this.state.data.cells.filter((cell) => cell[side] !== "none"), side);
    }

    /** The best group stands first; who comes or goes is neither up nor down. */
    direction(before, after) {
        if (before.key === after.key) {
            return "same";
        }
        if (before.key === "none" || after.key === "none") {
            return "other";
        }
        return after.standing < before.standing ? "up" : "down";
    }

    cellClass(before, after) {
        const shown = before.key === after.key || this.cell(before, after);
        return shown ? `o_dashboard_moved_${this.direction(before, after)}` : "";
    }

    title(before, after) {
        return `${before.label} → ${after.label}`;
    }
}
