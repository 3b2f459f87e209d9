import { registry } from "@web/core/registry";

const cell = ".o_field_widget[name=segment_table] td button[data-from]:first";
let shown = 0;

registry.category("web_tour.tours").add("preview_tour", {
    steps: () => [
        { content: "begin a draft", trigger: "button[name=action_draft]", run: "click" },
        { trigger: ".o_field_widget[name=window_months] input", run: "edit 2" },
        { trigger: ".o_form_view button[name=action_preview]", run: "click" },
        {
            content: "who moves from one segment to another",
            trigger: cell,
            run(helpers) {
                shown = parseInt(this.anchor.textContent);
                return helpers.click();
            },
        },
        {
            content: "the customers behind the number",
            trigger: ".o_list_view .o_data_row",
            run() {
                const listed = document.querySelectorAll(".o_data_row").length;
                if (listed !== shown) {
                    throw new Error(`the table shows ${shown}, but opens ${listed} customers`);
                }
            },
        },
        { trigger: ".o_breadcrumb .o_back_button, .o_breadcrumb a:contains(Preview)", run: "click" },
        { content: "away with it", trigger: "button[name=action_discard]", run: "click" },
        { content: "the rules are as they were", trigger: ".o_field_widget[name=window_months]:contains(12)" },
    ],
});
