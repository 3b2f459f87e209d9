import { Component, markup, onWillStart, useRef, useState, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { router } from "@web/core/browser/router";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { MODEL, Switch } from "./block";
import { HeatMap } from "./heat_map";
import { MovementMatrix } from "./movement";
import { SegmentTable } from "./segments";
import { EffectTable, MonthLine } from "./months";
import { Tiles } from "./tiles";
import { CohortTable, LifecycleFunnel, ParetoCurve, StakeBySalesperson } from "./value";

/** The figures about the customers of one company in one period; every number opens the records behind it. */
export class CustomerDashboard extends Component {
    static template = "customer_segmentation_dashboard.Dashboard";
    static components = {
        CohortTable, EffectTable, HeatMap, Layout, LifecycleFunnel, MonthLine, MovementMatrix, ParetoCurve, SegmentTable,
        StakeBySalesperson, Switch, Tiles,
    }; // prettier-ignore
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.last = new KeepLast();
        this.chosen = { companyId: null, kind: "month", day: null, scope: null, ...this.fromAddress };
        Object.assign(this.chosen, this.props.state?.chosen);
        this.keepInAddress();
        this.state = useState({ data: null });
        this.kinds = [
            ["month", _t("Month")],
            ["quarter", _t("Quarter")],
            ["year", _t("Year")],
        ];
        this.chooseScope = (scope) => this.load({ scope });
        useSubEnv({ openRecords: this.openRecords.bind(this) });
        // What was chosen is there again when the user comes back from a list.
        useSetupAction({ rootRef: this.root, getLocalState: () => ({ chosen: this.chosen }) });
        onWillStart(() => this.load());
    }

    /** What the address says was chosen: the browser's own way back opens the dashboard anew. */
    get fromAddress() {
        const { company, kind, day, scope } = router.current;
        return {
            companyId: Number.isInteger(company) ? company : null,
            kind: ["month", "quarter", "year"].includes(kind) ? kind : "month",
            day: /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : null,
            scope: ["my", "team", "company"].includes(scope) ? scope : null,
        };
    }

    keepInAddress() {
        const { companyId, kind, day, scope } = this.chosen;
        this.props.updateActionState?.({ company: companyId || undefined, kind, day: day || undefined, scope: scope || undefined });
    }

    async load(changes = {}) {
        Object.assign(this.chosen, changes);
        this.keepInAddress();
        const { companyId, kind, day, scope } = this.chosen;
        this.state.data = await this.last.add(this.orm.call(MODEL, "open_dashboard", [companyId, kind, day, scope]));
    }

    get firstSteps() {
        return markup(this.state.data.first_steps);
    }

    get block() {
        const { company_id: companyId, currency_id: currencyId, period, scope } = this.state.data;
        return { companyId, currencyId, scope, start: period.start, end: period.end, running: period.running };
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

    /** Of some customers only, the title of the list says whose they are. */
    async openRecords(title, domain, opens) {
        const { scope, scopes } = this.state.data;
        const label = scopes.find((choice) => choice[0] === scope)[1];
        const whose = scope === "company" ? title : _t("%(figure)s, %(scope)s", { figure: title, scope: label });
        const action = await this.orm.call(MODEL, "figure_action", [whose, domain, opens]);
        return this.action.doAction(action);
    }
}

registry.category("actions").add("customer_segmentation_dashboard.dashboard", CustomerDashboard);
