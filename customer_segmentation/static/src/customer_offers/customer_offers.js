import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { CustomerCardsController, CustomerRowsController } from "../customer_rows/customer_rows";

const HIDDEN = "customer_segmentation.playbook_offer_hidden";

/** Above the customers, for managers: the one question while it is open, then playbooks while none is started. */
export class CustomerOffers extends Component {
    static template = "customer_segmentation.CustomerOffers";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ question: false, playbooks: 0 });
        onWillStart(() => this.load());
    }

    async load() {
        const { question, playbooks } = await this.orm.call("customer.segmentation.setup", "action_offers", []);
        const hidden = Boolean(browser.localStorage.getItem(this.key));
        Object.assign(this.state, { question, playbooks: question || hidden ? 0 : playbooks });
    }

    get key() {
        return `${HIDDEN}.${user.activeCompany.id}`;
    }

    answer() {
        this.action.doAction("customer_segmentation.action_setup", { onClose: () => this.load() });
    }

    show() {
        this.action.doAction("customer_segmentation.action_playbooks_suggested");
    }

    hide() {
        browser.localStorage.setItem(this.key, "1");
        this.state.playbooks = 0;
    }
}

export class CustomerListRenderer extends ListRenderer {
    static template = "customer_segmentation.CustomerListRenderer";
    static components = { ...ListRenderer.components, CustomerOffers };
}

export class CustomerKanbanController extends CustomerCardsController {
    static template = "customer_segmentation.CustomerKanbanView";
    static components = { ...CustomerCardsController.components, CustomerOffers };
}

registry.category("views").add("customer_list", {
    ...listView,
    Controller: CustomerRowsController,
    Renderer: CustomerListRenderer,
});
registry.category("views").add("customer_kanban", { ...kanbanView, Controller: CustomerKanbanController });
