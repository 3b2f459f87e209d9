import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function searchMenu(menu, label) {
    return [
        {
            content: `choose ${label}`,
            trigger: `.o_search_bar_menu ${menu} .o_menu_item:contains(/^${label}$/)`,
            run: "click",
        },
    ];
}

const openSearchMenu = { trigger: ".o_searchview_dropdown_toggler", run: "click" };

function readPage(segment) {
    return [
        {
            content: "the segment under the name",
            trigger: `.o_form_view [name=customer_badges] [name=customer_segment_id] .badge:contains(${segment})`,
        },
        { trigger: ".o_notebook a[name=customer_segmentation]", run: "click" },
        {
            content: "the sentence",
            trigger: `.o_field_widget[name=customer_explanation]:contains(${segment}: last order)`,
        },
        { content: "the rest is folded", trigger: "details[name=customer_fold_scores] summary", run: "click" },
        {
            content: "recency: two pips of five, said in words, too",
            trigger: ".o_field_segmentation_scores li[data-measure=recency]:contains(2 / 5)",
            run() {
                const row = this.anchor;
                if (row.querySelectorAll(".fa-circle").length !== 2 || row.querySelectorAll(".fa-circle-o").length !== 3) {
                    throw new Error("the pips do not show 2 of 5");
                }
                const spoken = row.querySelector("[role=img]").getAttribute("aria-label");
                if (spoken !== "Recency: score 2 of 5") {
                    throw new Error(`a screen reader says “${spoken}”`);
                }
            },
        },
        { trigger: ".o_field_segmentation_scores li[data-measure=monetary]:contains(of your customers spent less)" },
        { trigger: "details[name=customer_fold_purchases] summary", run: "click" },
        { trigger: ".o_field_widget[name=customer_share_in_words]:contains(of all revenue in the last 12 months)" },
    ];
}

tours.add("contact_segmentation_tour", {
    steps: () => [
        { trigger: ".o_kanban_view" },
        openSearchMenu,
        ...searchMenu(".o_filter_menu", "Gone"),
        { trigger: ".o_facet_value:contains(Gone)" },
        ...searchMenu(".o_group_by_menu", "Segment"),
        { content: "groups are segments", trigger: ".o_kanban_group .o_column_title:contains(At Risk)" },
        {
            content: "whoever has just bought is not shown",
            trigger: ".o_kanban_view:not(:has(.o_column_title:contains(/^New$/)))",
        },
        {
            trigger: ".o_kanban_record:contains(Screen Works 13):has(.badge:contains(At Risk))",
            run: "click",
        },
        ...readPage("At Risk"),
        {
            content: "the purchases behind the scores",
            trigger: "button[name=action_open_customer_transactions]",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row" },
    ],
});

tours.add("contact_segmentation_sort_tour", {
    steps: () => [
        { trigger: ".o_list_view .o_optional_columns_dropdown button", run: "click" },
        { trigger: ".o-dropdown-item:contains(RFM Score) input", run: "click" },
        { trigger: "th[data-name=customer_rfm_score]", run: "click" },
        { trigger: "th[data-name=customer_rfm_score] .fa-sort-asc", run: "click" },
        {
            content: "highest first, unscored last",
            trigger: "th[data-name=customer_rfm_score] .fa-sort-desc",
            async run() {
                const cells = [...document.querySelectorAll("td[name=customer_rfm_score]")];
                const scores = cells.map((cell) => parseFloat(cell.textContent)).filter((score) => !isNaN(score));
                const sorted = [...scores].sort((one, other) => other - one);
                if (!scores.length || scores.join() !== sorted.join()) {
                    throw new Error(`not sorted: ${scores.join()}`);
                }
            },
        },
    ],
});

tours.add("contact_segmentation_not_scored_tour", {
    steps: () => [
        { trigger: ".o_notebook a[name=customer_segmentation]", run: "click" },
        { trigger: "[name=customer_not_scored]:contains(Not scored yet)" },
        { trigger: ".o_form_view:not(:has(.o_field_segmentation_scores)):not(:has([name=customer_badges]))" },
    ],
});

tours.add("contact_segmentation_phone_tour", {
    steps: () => [
        { trigger: ".o_form_view [name=customer_segment_id] .badge:contains(At Risk)" },
        { trigger: ".o_notebook a[name=customer_segmentation]", run: "click" },
        {
            content: "a contact says whose numbers it shows",
            trigger: "[name=customer_of_contact]:contains(Screen Works 13)",
        },
        { trigger: "details[name=customer_fold_scores] summary", run: "click" },
        { trigger: ".o_field_segmentation_scores li[data-measure=recency]:contains(2 / 5)" },
        {
            content: "nothing is wider than the screen",
            trigger: ".o_field_segmentation_scores",
            run() {
                if (this.anchor.scrollWidth > document.documentElement.clientWidth) {
                    throw new Error("the scores are wider than the phone");
                }
            },
        },
        { trigger: "details[name=customer_fold_history] summary", run: "click" },
        { trigger: ".o_field_widget[name=customer_transition_ids] .o_kanban_record:contains(At Risk)" },
    ],
});

tours.add("order_segmentation_tour", {
    steps: () => [
        { trigger: ".o_form_view [name=customer_segment_id] .badge:contains(At Risk)" },
        { content: "back to the quotations", trigger: ".o_back_button", run: "click" },
        { trigger: ".o_list_view td[name=customer_segment_id] .badge:contains(At Risk)" },
        openSearchMenu,
        ...searchMenu(".o_filter_menu", "Gone"),
        ...searchMenu(".o_group_by_menu", "Customer Segment"),
        { trigger: ".o_group_header:contains(At Risk)" },
    ],
});

tours.add("lead_segmentation_tour", {
    steps: () => [
        { trigger: ".o_kanban_record:contains(Screen Contact) .badge:contains(At Risk)" },
        openSearchMenu,
        ...searchMenu(".o_filter_menu", "Not Scored"),
        { trigger: ".o_kanban_record:contains(without customer)" },
        { trigger: ".o_kanban_view:not(:has(.o_kanban_record:contains(Screen Contact)))" },
        ...searchMenu(".o_group_by_menu", "Customer Segment"),
        { trigger: ".o_kanban_group .o_column_title:contains(None)" },
    ],
});
