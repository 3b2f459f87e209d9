import { registry } from "@web/core/registry";

const DIALOG = ".modal:has(.modal-title:contains('Choose Segments and Tiers'))";
const BUTTON = ".o_setup_offer button:contains(Choose)";

registry.category("web_tour.tours").add("segmentation_setup_tour", {
    steps: () => [
        { content: "No pop-up", trigger: `body:not(:has(.modal)) ${BUTTON}`, run: "click" },
        { content: "Every part has an answer", trigger: `${DIALOG} .o_field_widget[name=scheme_id]` },
        { trigger: `${DIALOG} .o_field_widget[name=playbook_ids] .form-check:contains(Overdue Reorder) input:checked` },
        {
            content: "A ladder",
            trigger: `${DIALOG} .o_field_widget[name=ladder] label:contains('Gold / Silver / Bronze')`,
            run: "click",
        },
        { content: "Its rules", trigger: `${DIALOG} [name=ladder_rules]:contains('in the top 10%')` },
        { content: "Apps are for administrators", trigger: `${DIALOG}:not(:has([name=app_ids]))` },
        { content: "Apply", trigger: `${DIALOG} button[name=action_apply]`, run: "click" },
        { content: "The progress of the run", trigger: ".o_form_view .o_field_widget[name=progress]" },
    ],
});

registry.category("web_tour.tours").add("segmentation_setup_apps_tour", {
    steps: () => [
        { trigger: BUTTON, run: "click" },
        {
            content: "What leaving an app out means",
            trigger: `${DIALOG} [name=app_ids] .o_data_row:contains(Preview of Rules):contains(only after customers are scored)`,
        },
        { content: "Not now", trigger: `${DIALOG} button:contains(Discard)`, run: "click" },
        { content: "The button stays", trigger: `body:not(:has(.modal)) ${BUTTON}` },
    ],
});

registry.category("web_tour.tours").add("segmentation_setup_not_asked_tour", {
    steps: () => [
        { content: "The list is there", trigger: ".o_list_view .o_list_table" },
        { content: "Without the button", trigger: "body:not(:has(.o_setup_offer)):not(:has(.modal)) .o_list_view" },
        { content: "Another screen of ours", trigger: ".o_switch_view.o_kanban", run: "click" },
        { trigger: "body:not(:has(.o_setup_offer)):not(:has(.modal)) .o_kanban_view" },
    ],
});

registry.category("web_tour.tours").add("segmentation_setup_phone_tour", {
    steps: () => [
        { content: "On a phone as well", trigger: `.o_kanban_view ${BUTTON}`, run: "click" },
        { trigger: `${DIALOG} .o_field_widget[name=scheme_id]` },
    ],
});
