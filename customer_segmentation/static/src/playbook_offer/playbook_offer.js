import { Component, onWillStart, useState } from "@odoo/owl";
import { CustomerRowsController } from "@customer_segmentation/customer_rows/customer_rows";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

const HIDDEN = "customer_segmentation.playbook_offer_hidden";

/** Above the customers: playbooks are ready to start, as long as a manager has started none. */
export class PlaybookOffer extends Component {
    static template = "customer_segmentation.PlaybookOffer";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ count: 0 });
        onWillStart(async () => {
            if (!browser.localStorage.getItem(this.key)) {
                this.state.count = await this.orm.call("customer.playbook", "action_count_offered", []);
            }
        });
    }

    get key() {
        return `${HIDDEN}.${user.activeCompany.id}`;
    }

    show() {
        this.action.doAction("customer_segmentation.action_playbooks_suggested");
    }

    hide() {
        browser.localStorage.setItem(this.key, "1");
        this.state.count = 0;
    }
}

export class CustomerListRenderer extends ListRenderer {
    static template = "customer_segmentation.CustomerListRenderer";
    static components = { ...ListRenderer.components, PlaybookOffer };
}

registry.category("views").add("customer_list", {
    ...listView,
    Controller: CustomerRowsController,
    Renderer: CustomerListRenderer,
});
