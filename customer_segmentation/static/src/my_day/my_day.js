import { Component, markup, onWillStart, useRef, useState } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CustomerOffers } from "../customer_offers/customer_offers";
import { PAGE } from "../customer_rows/customer_rows";
import { DeskRow } from "./desk_row";
import { OutcomeDialog } from "./outcome_dialog";
import { TeamDesks } from "./team_desks";

/** What one person does today: a row for each customer, with the reason, and what came of it in two clicks. */
export class MyDay extends Component {
    static template = "customer_segmentation.MyDay";
    static components = { CustomerOffers, DeskRow, Layout, TeamDesks };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.root = useRef("root");
        this.last = new KeepLast();
        this.state = useState({ data: null, selected: this.props.state?.selected, team: null });
        useSetupAction({ rootRef: this.root, getLocalState: () => ({ selected: this.state.selected }) });
        onWillStart(() => this.open());
        useHotkey("arrowdown", () => this.move(1), { allowRepeat: true });
        useHotkey("arrowup", () => this.move(-1), { allowRepeat: true });
        useHotkey("enter", () => this.selected && this.tell(this.selected));
    }

    /** Who has nothing to do here, as most managers, begins with the desks of the team. */
    async open() {
        this.show(await this.last.add(this.orm.call("customer.desk", "action_open_day", [])));
        const { first_steps: firstSteps, leads, total } = this.state.data;
        if (leads && !total && !firstSteps) {
            await this.toggleTeam();
        }
    }

    /** A day as the server says it; the row that was worked on stays selected as long as it is open. */
    show(data, after = null) {
        this.state.data = data;
        const open = data.rows.filter((row) => row.state === "open");
        const kept = open.find((row) => row.id === this.state.selected);
        const next = after !== null && open.find((row) => data.rows.indexOf(row) > after);
        this.state.selected = (kept || next || open[0])?.id;
    }

    get openRows() {
        return this.state.data.rows.filter((row) => row.state === "open");
    }

    get selected() {
        return !this.state.team && this.openRows.find((row) => row.id === this.state.selected);
    }

    get firstSteps() {
        return markup(this.state.data.first_steps);
    }

    get progress() {
        const { done, total } = this.state.data;
        return total ? Math.round((100 * done) / total) : 0;
    }

    get doneInWords() {
        const { done, total } = this.state.data;
        return _t("%(done)s of %(total)s done", { done, total });
    }

    get waitingInWords() {
        return _t("%s more wait", this.state.data.waiting);
    }

    select(row) {
        this.state.selected = row.id;
    }

    move(step) {
        const open = this.openRows;
        const place = open.findIndex((row) => row.id === this.state.selected);
        const row = open[Math.min(Math.max(place + step, 0), open.length - 1)];
        if (row && !this.state.team) {
            this.state.selected = row.id;
            this.root.el?.querySelector(`[data-row="${row.id}"]`)?.scrollIntoView({ block: "nearest" });
        }
    }

    /** Asks what came of it; the next row follows. */
    tell(row) {
        const { outcomes, reasons, channels, attitudes } = this.state.data;
        this.select(row);
        this.dialog.add(OutcomeDialog, {
            name: row.name, outcomes, reasons, channels, attitudes,
            tell: async (outcome, told) => {
                const place = this.state.data.rows.findIndex((one) => one.id === row.id);
                this.show(await this.orm.call("customer.desk.row", "action_tell", [[row.id], outcome, told]), place);
            },
        }); // prettier-ignore
    }

    async quote(row) {
        return this.action.doAction(await this.orm.call("customer.desk.row", "action_quote", [[row.id]]));
    }

    /** The page of a customer, with a pager over those of the day. */
    openCustomer(row) {
        const resIds = this.state.data.rows.map((one) => one.customer_id);
        return this.action.doAction(PAGE, { props: { resId: row.customer_id, resIds } });
    }

    openCustomers() {
        return this.action.doAction("customer_segmentation.action_my_customers");
    }

    async openWaiting(userId = null) {
        return this.action.doAction(await this.orm.call("customer.desk", "action_waiting", [userId]));
    }

    async toggleTeam() {
        this.state.team = this.state.team ? null : await this.orm.call("customer.desk.team", "action_read_team", []);
    }
}

registry.category("actions").add("customer_segmentation.my_day", MyDay);
