import { registry } from "@web/core/registry";

const row = (name) => `.modal [name=line_ids] tr.o_data_row:contains(${name})`;

registry.category("web_tour.tours").add("offers_tour", {
    steps: () => [
        {
            content: "what is due and not on the quotation stands above it",
            trigger: "[name=customer_due_products]:contains(Coffee, Tea)",
        },
        { trigger: "button[name=action_offer_products]", run: "click" },
        { trigger: `${row("Coffee")}:contains(bought 5 times, about every 7 days, last 8 days ago)` },
        { trigger: `${row("Tea")} td[name=quantity]`, run: "click" },
        { content: "tea is left out", trigger: ".modal tr.o_selected_row:contains(Tea) [name=is_chosen] input", run: "click" },
        { trigger: ".modal button[name=action_add]", run: "click" },
        { content: "coffee is on the quotation", trigger: "[name=order_line] tr.o_data_row:contains(Coffee)" },
        { trigger: "[name=customer_due_products]:contains(Tea):not(:contains(Coffee))" },
    ],
});
