import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const openPage = { trigger: ".o_notebook a[name=customer_segmentation]", run: "click" };
const openFold = { trigger: "details[name=customer_fold_scores] summary", run: "click" };

tours.add("contact_answers_tour", {
    steps: () => [
        openPage,
        openFold,
        {
            content: "what would change it, and what comes by itself",
            trigger: "[data-part=outlook]:contains(Without an order)",
        },
        { content: "what changed", trigger: "[data-part=changes]:contains(.)" },
        {
            content: "one cell of the grid is this customer's, said in words, too",
            trigger: ".o_segment_grid td[aria-current=true]:contains(At Risk):contains(this customer)",
            run() {
                if (document.querySelectorAll(".o_segment_grid td[aria-current]").length !== 1) {
                    throw new Error("more than one cell is this customer's");
                }
            },
        },
    ],
});

tours.add("contact_answers_phone_tour", {
    steps: () => [
        openPage,
        openFold,
        {
            content: "every name fits into its cell of the grid",
            trigger: ".o_segment_grid td[aria-current]",
            run() {
                const cells = [...document.querySelectorAll(".o_segment_grid td, .o_segment_grid th")];
                const wide = cells.filter((cell) => cell.scrollWidth > cell.clientWidth + 1);
                if (wide.length) {
                    throw new Error(`wider than their cell: ${wide.map((cell) => cell.textContent)}`);
                }
            },
        },
    ],
});

tours.add("contact_answers_not_scored_tour", {
    steps: () => [
        openPage,
        { trigger: "[name=customer_not_scored]:contains(Not scored yet)" },
        { trigger: ".o_form_view:not(:has(.o_segment_grid))" },
    ],
});
