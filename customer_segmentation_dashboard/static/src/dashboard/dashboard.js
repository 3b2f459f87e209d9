import { Component, markup, onWillStart, useRef, useState, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { MODEL } from "./block";
import { HeatMap } from "./heat_map";
import { MovementMatrix } from "./movement";
import { SegmentTable } from "./segments";
import { Tiles } from "./tiles";
import { CohortTable, LifecycleFunnel, ParetoCurve, StakeBySalesperson } from "./value";

/** The figures about the customers of one company in one period; every number opens the records behind it. */
export class CustomerDashboard extends Component {
    static template = "customer_segmentation_dashboard.Dashboard";
    static components = {
        CohortTable, HeatMap, Layout, LifecycleFunnel, MovementMatrix, ParetoCurve, SegmentTable, Tiles, StakeBySalesperson,
    }; // prettier-ignore
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.last = new KeepLast();
        this.chosen = { companyId: null, kind: "month", day: null, ...this.props.state?.chosen };
        this.state = useState({ data: null });
        this.kinds = [
            ["month", _t("Month")],
            ["quarter", _t("Quarter")],
            ["year", _t("Year")],
        ];
        useSubEnv({ openRecords: this.openRecords.bind(this) });
        // What was chosen is there again when the user comes back from a list.
        useSetupAction({ rootRef: this.root, getLocalState: () => ({ chosen: this.chosen }) });
        onWillStart(() => this.load());
    }

    async load(changes = {}) {
        Object.assign(this.chosen, changes);
        const { companyId, kind, day } = this.chosen;
        this.state.data = await this.last.add(this.orm.call(MODEL, "open_dashboard", [companyId, kind, day]));
    }

    get firstSteps() {
        return markup(this.state.data.first_steps);
    }

    get block() {
        const { company_id: companyId, currency_id: currencyId, period } = this.state.data;
        return { companyId, currencyId, start: period.start, end: period.end, running: period.running };
    }

    get asOf() {
        const { scored_on: day } = this.state.data;
        return day ? _t("Customers scored as of %s", day) : "";
    }

    chooseCompany(event) {
        return this.load({ companyId: parseInt(event.target.value) });
    }

    /** The period of another kind that the chosen one begins in; the running one leads to the running one. */
    chooseKind(event) {
        const { running, start } = this.state.data.period;
        return this.load({ kind: event.target.value, day: running ? null : start });
    }

    chooseDay(day) {
        return this.load({ day });
    }

    async openRecords(title, domain, opens) {
        const action = await this.orm.call(MODEL, "figure_action", [title, domain, opens]);
        return this.action.doAction(action);
    }
}

registry.category("actions").add("customer_segmentation_dashboard.dashboard", CustomerDashboard);
