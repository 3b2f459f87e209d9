import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { blockProps, Drill, useBlockData, useFormats, useOneTabStop, whatIs } from "./block";

/** One figure, what it was before, and what it means. */
export class Tile extends Component {
    static template = "customer_segmentation_dashboard.Tile";
    static components = { Drill };
    static props = { tile: Object, currencyId: Number };

    setup() {
        this.view = useState({ explained: false });
        this.whatIs = whatIs(this.props.tile.label);
        this.formats = useFormats();
    }

    text(value) {
        if (value === null || value === false) {
            return "–";
        }
        const { unit } = this.props.tile;
        const format = { count: "count", share: "percent", money: "money" }[unit];
        return unit === "share" ? this.formats.percent(value, 1) : this.formats[format](value);
    }

    /** "+3.7%", for a share "+1.2 points"; empty where it is not known. */
    get change() {
        const { change, unit } = this.props.tile;
        if (change === null || change === false) {
            return "";
        }
        const text = this.formats.percent(change, 1);
        const signed = this.formats.signed(change, text);
        return unit === "share" ? _t("%s points", signed.replace(/\s*%$/, "")) : signed;
    }

    get isBetter() {
        const { change, better } = this.props.tile;
        return better === "up" ? change > 0 : change < 0;
    }

    get base() {
        const { part, base, base_domain } = this.props.tile;
        if (!base_domain) {
            return "";
        }
        return _t("%(part)s of %(base)s", { part: this.formats.count(part), base: this.formats.count(base) });
    }
}

export class Tiles extends Component {
    static template = "customer_segmentation_dashboard.Tiles";
    static components = { Tile };
    static props = blockProps;

    setup() {
        this.onKeydown = useOneTabStop("numbers");
        this.parts = ["purchases", "standing"].map((part) => useBlockData("read_tiles", () => [part]));
    }

    get first() {
        return this.parts.find((part) => part.data)?.data;
    }

    get words() {
        const { compared_with: flows, compared_end: day } = this.first;
        return _t("Compared with %(flows)s; where customers stand, with %(day)s.", { flows, day });
    }
}
