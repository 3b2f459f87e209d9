import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const schedule = [
    { trigger: ".o_popover button:contains(Schedule an activity)", run: "click" },
    { trigger: ".modal [name=summary] input", run: "edit Ask for the spring order" },
    { trigger: ".modal footer button[name=action_schedule_activities]", run: "click" },
    { trigger: "body:not(:has(.modal))" },
];

tours.add("customer_rows_tour", {
    steps: () => [
        {
            content: "a row opens the page of its customer, the pager knows the list",
            trigger: ".o_list_view .o_data_row:first-child td[name=why]",
            run: "click",
        },
        { trigger: ".o_customer_page .o_notebook a.active[name=customer_segmentation]" },
        { trigger: ".o_pager_counter:contains(1 / 3)" },
        { content: "two badges", trigger: "[name=customer_badges] [name=customer_segment_id] .badge" },
        { content: "the phone", trigger: ".o_customer_page a[href^='tel:']" },
        { content: "the rest is folded", trigger: "details:not([open])[name=customer_fold_scores] summary", run: "click" },
        { trigger: "details[open] .o_field_segmentation_scores li[data-measure=recency]" },
        {
            content: "the next customer of the list",
            trigger: ".o_pager_next",
            run() {
                this.anchor.dataset.before = document.querySelector("[name=customer_title] h1").textContent;
                this.anchor.click();
            },
        },
        { trigger: ".o_pager_counter:contains(2 / 3)" },
        {
            trigger: "[name=customer_title] h1",
            run() {
                if (this.anchor.textContent === document.querySelector(".o_pager_next").dataset.before) {
                    throw new Error("the next customer is the same");
                }
            },
        },
        { content: "back to the list", trigger: ".o_back_button, .o_breadcrumb a", run: "click" },
        {
            content: "plan something from the row",
            trigger: ".o_list_view .o_data_row:nth-child(2) .o-mail-ActivityButton",
            run: "click",
        },
        ...schedule,
        {
            content: "the row says so",
            trigger: ".o_data_row:nth-child(2) .o-mail-ListActivity-summary:contains(Ask for the spring order)",
        },
        { trigger: ".o_data_row:nth-child(2) .o-mail-ActivityButton", run: "click" },
        { content: "change it", trigger: ".o_popover .o-mail-ActivityListPopoverItem-editbtn", run: "click" },
        { trigger: ".modal [name=summary] input", run: "edit Ask for the summer order" },
        { trigger: ".modal footer button#mail_activity_save, .modal footer button[name=action_close_dialog]:visible", run: "click" },
        {
            trigger: ".o_data_row:nth-child(2) .o-mail-ListActivity-summary:contains(Ask for the summer order)",
        },
        { trigger: ".o_data_row:nth-child(2) .o-mail-ActivityButton", run: "click" },
        { content: "and done", trigger: ".o_popover .o-mail-ActivityListPopoverItem-markAsDone", run: "click" },
        { trigger: ".o_popover button[aria-label='Done'], .o_popover button:contains(/^Done$/)", run: "click" },
        {
            trigger:
                ".o_data_row:nth-child(2):not(:has(.o-mail-ListActivity-summary:contains(Ask for)))",
        },
    ],
});

tours.add("customer_cards_phone_tour", {
    steps: () => [
        {
            content: "a card has the phone and what is planned",
            trigger: ".o_kanban_record:has(a[href^='tel:']) .o-mail-ActivityButton",
            run: "click",
        },
        ...schedule,
        { trigger: ".o_kanban_record .o-mail-ActivityButton .text-success, .o_kanban_record .o-mail-ActivityButton .text-warning" },
        { trigger: ".o_kanban_record", run: "click" },
        { trigger: ".o_customer_page [name=customer_activity_ids]:contains(Ask for the spring order)" },
        {
            content: "nothing is wider than the screen, and it is two screens high",
            trigger: ".o_customer_page .o_form_sheet",
            run() {
                if (this.anchor.scrollWidth > document.documentElement.clientWidth) {
                    throw new Error("the page is wider than the phone");
                }
            },
        },
    ],
});
