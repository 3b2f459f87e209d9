import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("segmentation_menu_of_sales_tour", {
    steps: () => [
        {
            content: "One entry under Sales",
            trigger: "[data-menu-xmlid='customer_segmentation.menu_of_sales']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "leads to the app",
            trigger: ".o_menu_sections [data-menu-xmlid='customer_segmentation.menu_of_customers']",
        },
        { content: "and its first screen", trigger: ".o_my_day" },
    ],
});
