import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("playbook_start_tour", {
    steps: () => [
        {
            content: "managers are offered playbooks above the scored customers",
            trigger: ".o_list_view .o_playbook_offer:contains(playbooks are ready)",
        },
        { trigger: ".o_playbook_offer button:contains(See What They Would Do)", run: "click" },
        {
            content: "how many activities for whom",
            trigger: ".o_data_row:contains(Win Back) td[name=candidates_in_words]:contains(/activit/)",
        },
        { trigger: ".o_data_row:contains(Win Back) button[name=action_start]", run: "click" },
        { trigger: ".modal [name=by_responsible]:contains(screens_own_seller)" },
        { trigger: ".modal [name=include_now] input", run: "click" },
        { trigger: ".modal footer button[name=action_start]", run: "click" },
        {
            content: "what runs is suggested no more",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(Win Back))):has(.o_data_row:contains(Cross-sell))",
        },
    ],
});

tours.add("playbook_form_tour", {
    steps: () => [
        {
            content: "presets by purpose, off or running, clearly",
            trigger: ".o_group_header:contains(Keep and win back)",
        },
        { trigger: ".o_data_row:contains(Cross-sell):has(.badge:contains(Off))" },
        { trigger: ".o_data_row:contains(Win Back):has(.badge:contains(Running)) td[name=name]", run: "click" },
        { trigger: ".o_form_view [name=in_words]:contains(A customer enters Hibernating or Lost)" },
        { content: "only what the trigger takes", trigger: ".o_form_view:not(:has([name=trigger_days]))" },
        { trigger: "[name=trigger] input", run: "click" },
        { trigger: ".o_select_menu_item:contains(Holiday)", run: "click" },
        { trigger: "[name=trigger_days] input", run: "edit 9 && press Tab" },
        { trigger: "[name=in_words]:contains(9 days before a holiday)" },
        { trigger: ".o_form_button_cancel", run: "click" },
        { trigger: "[name=in_words]:contains(enters Hibernating or Lost)" },
        { trigger: ".o_notebook a[name=what]", run: "click" },
        { trigger: "[name=preview]:contains(Win back:)" },
        { trigger: ".o_notebook a[name=proof]", run: "click" },
        { trigger: ".o_field_widget[name=uplift_in_words]:contains(no control group)" },
        { trigger: "button[name=action_stop]", run: "click" },
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Off)" },
    ],
});

tours.add("playbook_answer_tour", {
    steps: () => [
        {
            content: "the call, with the customer's own numbers",
            trigger: ".o-mail-Activity:contains(Win back:)",
        },
        { trigger: ".o-mail-Activity .o_answer_playbook", run: "click" },
        { trigger: ".o_desk_outcome:contains(Screen Works):contains(Win Back) .o_desk_note", run: "edit cheaper next door" },
        { trigger: ".o_desk_outcome [data-outcome=elsewhere]", run: "click" },
        { trigger: ".o_desk_outcome .o_desk_choices button:contains(Price)", run: "click" },
        { trigger: ".o-mail-Chatter:not(:has(.o-mail-Activity))" },
        { trigger: ".o_notebook a[name=customer_segmentation]", run: "click" },
        { trigger: "details[name=customer_fold_history] summary", run: "click" },
        {
            content: "what was done and what came of it",
            trigger:
                ".o_field_widget[name=customer_playbook_entry_ids]:contains(Win Back):contains(Buys elsewhere: Price)",
        },
    ],
});

tours.add("playbook_board_tour", {
    steps: () => [
        {
            content: "what is open, and nothing that waits",
            trigger: ".o_kanban_view:not(:has(.o_kanban_group)) .o_kanban_record a[name=action_answer]",
            run: "click",
        },
        { trigger: ".o_desk_outcome [data-outcome=wrong_label]", run: "click" },
        { content: "it is open no more", trigger: "body:not(:has(.modal)) .o_kanban_view:not(:has(a[name=action_answer]))" },
    ],
});
