import { registry } from "@web/core/registry";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

export const PAGE = "customer_segmentation.action_customer_page";

/** A row or card opens the page of its customer, with a pager over the customers of the list. */
function openingCustomers(Controller) {
    return class extends Controller {
        async openRecord(record, { newWindow } = {}) {
            const contacts = this.model.root.records.map((row) => row.data.partner_id?.id).filter(Boolean);
            if (!record.data.partner_id) {
                return super.openRecord(...arguments);
            }
            return this.actionService.doAction(PAGE, {
                newWindow,
                props: { resId: record.data.partner_id.id, resIds: [...new Set(contacts)] },
            });
        }
    };
}

export const CustomerRowsController = openingCustomers(ListController);
export const CustomerCardsController = openingCustomers(KanbanController);

registry.category("views").add("customer_rows", { ...listView, Controller: CustomerRowsController });
registry.category("views").add("customer_cards", { ...kanbanView, Controller: CustomerCardsController });
