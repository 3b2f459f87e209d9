import { registry } from "@web/core/registry";
import { session } from "@web/session";

const OUR_SCREENS = /^customer[._](segment|tier|transaction|imported|playbook)/;

/** Asks a manager, once one of our screens is open, for segments and tiers; the server knows whether to ask. */
export const setupQuestionService = {
    dependencies: ["action", "orm"],
    start(env, { action, orm }) {
        let toAsk = Boolean(session.customer_segmentation_setup);
        env.bus.addEventListener("ACTION_MANAGER:UI-UPDATED", async ({ detail: mode }) => {
            const opened = action.currentController?.action;
            if (!toAsk || mode === "new" || !OUR_SCREENS.test(opened?.res_model || opened?.tag || "")) {
                return;
            }
            toAsk = false;
            const question = await orm.silent.call("customer.segmentation.setup", "action_question", []);
            if (question) {
                await action.doAction(question);
            }
        });
    },
};

registry.category("services").add("customer_segmentation_setup_question", setupQuestionService);
