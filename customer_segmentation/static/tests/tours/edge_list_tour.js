import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("edge_list_tour", {
    steps: () => [
        {
            content: "who can rise, and what is missing",
            trigger:
                ".o_list_view tr.o_data_row:contains(Screen Edge):contains(Can Rise) td[name=gap]:contains(Revenue in the window)",
        },
        {
            content: "the filters that say how close is close",
            trigger: ".o_searchview_facet:contains(20% Missing):contains(30 Days)",
        },
        { trigger: "tr.o_data_row:contains(Screen Edge) td[name=partner_id]", run: "click" },
        {
            content: "the customer's own page",
            trigger: ".o_customer_page [name=customer_title]:contains(Screen Edge)",
        },
        { content: "and back to a list made anew", trigger: ".o_breadcrumb a:contains(Close to a Tier)", run: "click" },
        { trigger: ".o_list_view tr.o_data_row:contains(Screen Edge)" },
    ],
});

tours.add("edge_list_phone_tour", {
    steps: () => [
        { trigger: ".o_kanban_record:contains(Screen Edge):contains(Revenue in the window) .fa-arrow-up" },
    ],
});
