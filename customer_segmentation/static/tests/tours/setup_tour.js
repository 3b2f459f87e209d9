import { registry } from "@web/core/registry";

const DIALOG = ".modal:has(.modal-title:contains('Choose Segments and Tiers'))";

registry.category("web_tour.tours").add("segmentation_setup_tour", {
    steps: () => [
        { content: "Asked on the first of our screens", trigger: `${DIALOG} .o_field_widget[name=scheme_id]` },
        {
            content: "A ladder",
            trigger: `${DIALOG} .o_field_widget[name=ladder] label:contains('Gold / Silver / Bronze')`,
            run: "click",
        },
        { content: "Its rules", trigger: `${DIALOG} [name=ladder_rules]:contains('in the top 10%')` },
        { content: "Apply", trigger: `${DIALOG} button[name=action_apply]`, run: "click" },
        { content: "The progress of the run", trigger: ".o_form_view .o_field_widget[name=progress]" },
    ],
});

registry.category("web_tour.tours").add("segmentation_setup_later_tour", {
    steps: () => [
        { content: "Decide later", trigger: `${DIALOG} button[name=action_later]`, run: "click" },
        { content: "The list is there", trigger: "body:not(:has(.modal)) .o_list_view" },
    ],
});

registry.category("web_tour.tours").add("segmentation_setup_not_asked_tour", {
    steps: () => [
        { content: "The list is there", trigger: ".o_list_view .o_list_table" },
        { content: "Another screen of ours", trigger: ".o_switch_view.o_kanban", run: "click" },
        { content: "No question", trigger: "body:not(:has(.modal)) .o_kanban_view" },
    ],
});
