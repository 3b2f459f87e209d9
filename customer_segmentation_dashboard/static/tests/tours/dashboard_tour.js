import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const dashboard = ".o_customer_dashboard";

/** The number shown is how many records the list behind it says there are. */
function opens(block, number) {
    let shown = 0;
    return [
        {
            content: `${block}: click on a number`,
            trigger: `${dashboard} ${number}`,
            run(helpers) {
                shown = parseInt(this.anchor.textContent.replace(/[^0-9]/g, ""));
                return helpers.click();
            },
        },
        {
            content: `${block}: the customers behind it`,
            trigger: ".o_list_view .o_data_row",
            run() {
                const listed = parseInt(document.querySelector(".o_pager_limit").textContent);
                if (listed !== shown) {
                    throw new Error(`${block} shows ${shown}, but opens ${listed} customers`);
                }
            },
        },
        { content: "and back", trigger: ".o_breadcrumb .o_back_button, .o_breadcrumb a", run: "click" },
        { trigger: `${dashboard} [data-tile=customers] .o_dashboard_value` },
    ];
}

function throughEveryBlock() {
    return [
        { content: "every tile is there", trigger: `${dashboard} [data-tile=at_stake] .o_dashboard_value` },
        ...opens("tile customers", "[data-tile=customers] button.o_dashboard_value"),
        ...opens("tile active", "[data-tile=active] button.o_dashboard_value"),
        {
            content: "the last of the twelve months opens its buyers",
            trigger: `${dashboard} .o_dashboard_months [data-month]:last button`,
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row" },
        { trigger: ".o_breadcrumb .o_back_button, .o_breadcrumb a", run: "click" },
        ...opens("segments", ".o_dashboard_segments tbody tr:first td:first button"),
        ...opens("heat map", ".o_dashboard_heat_map tbody button:first"),
        ...opens("movement", ".o_dashboard_movement tbody td[data-after] button:first"),
        ...opens("movement, who came", ".o_dashboard_movement tr[data-before=none] td:last button"),
        ...opens("at stake", ".o_dashboard_at_stake tbody td:first button"),
        ...opens("at stake of all", ".o_dashboard_at_stake tfoot td:first button"),
        ...opens("lifecycle", ".o_dashboard_funnel [data-process=classify] button"),
        ...opens("Pareto", ".o_dashboard_pareto tbody td:first button"),
        ...opens("cohorts", ".o_dashboard_cohorts tbody td:first button"),
        {
            content: "the curve itself opens customers",
            trigger: `${dashboard} .o_dashboard_pareto canvas`,
            run() {
                const { left, top, width, height } = this.anchor.getBoundingClientRect();
                const middle = { clientX: left + width / 2, clientY: top + height / 4, bubbles: true };
                this.anchor.dispatchEvent(new MouseEvent("click", middle));
            },
        },
        { trigger: ".o_list_view .o_data_row" },
        { trigger: ".o_breadcrumb .o_back_button, .o_breadcrumb a", run: "click" },
    ];
}

tours.add("dashboard_numbers_tour", { steps: throughEveryBlock });

tours.add("dashboard_choices_tour", {
    steps: () => [
        {
            content: "a definition, for who has no mouse",
            trigger: `${dashboard} [data-tile=retention] button[aria-expanded=false]`,
            run: "click",
        },
        { trigger: `${dashboard} [data-tile=retention] p:contains(bought in the period before)` },
        {
            content: "revenue instead of customers",
            trigger: `${dashboard} .o_dashboard_heat_map [data-choice=revenue]`,
            run: "click",
        },
        { trigger: `${dashboard} .o_dashboard_heat_map .o_dashboard_heat:contains($)` },
        {
            content: "movement between stages",
            trigger: `${dashboard} .o_dashboard_movement [data-choice=lifecycle_stage]`,
            run: "click",
        },
        { trigger: `${dashboard} .o_dashboard_movement [data-before=new]` },
        {
            content: "by the keyboard: the matrix answers to Enter",
            trigger: `${dashboard} .o_dashboard_movement tbody td[data-after] button:first`,
            run() {
                this.anchor.focus();
                if (document.activeElement !== this.anchor) {
                    throw new Error("a number cannot be reached by the keyboard");
                }
            },
        },
        { content: "the year", trigger: `${dashboard} select[name=kind]`, run: "select year" },
        { trigger: `${dashboard} .o_dashboard_period:not(:contains( ))` },
        { content: "the year before", trigger: `${dashboard} button[name=previous]`, run: "click" },
        { trigger: `${dashboard} .o_dashboard_movement:contains(Choose a later period)` },
        {
            content: "what is known of today only says so",
            trigger: `${dashboard}:has(.o_dashboard_heat_map .o_dashboard_note):has(.o_dashboard_pareto .o_dashboard_note) .o_dashboard_at_stake .o_dashboard_note`,
        },
        { content: "it is remembered over a list", trigger: `${dashboard} .o_dashboard_pareto tbody button:first`, run: "click" },
        { trigger: ".o_list_view .o_data_row" },
        { trigger: ".o_breadcrumb .o_back_button, .o_breadcrumb a", run: "click" },
        { trigger: `${dashboard} button[name=next]:enabled` },
        { content: "and the browser's own way back", trigger: `${dashboard} .o_dashboard_pareto tbody button:first`, run: "click" },
        {
            trigger: ".o_list_view .o_data_row",
            run() {
                window.history.back();
            },
        },
        { trigger: `${dashboard} .o_dashboard_period:not(:contains( ))` },
        { trigger: `${dashboard} button[name=next]:enabled`, run: "click" },
        { trigger: `${dashboard}:not(:has(.o_dashboard_note)) button[name=next]:disabled` },
    ],
});

/** Every button has a name, and the numbers of a block are one stop. */
function checkTabStops() {
    const inside = document.querySelector(".o_customer_dashboard").querySelectorAll("button, select, a[href], [tabindex]");
    const stops = [...inside].filter((element) => element.tabIndex >= 0 && !element.disabled);
    if (stops.length > 50) {
        throw new Error(`${stops.length} tab stops`);
    }
    for (const element of inside) {
        const name = element.getAttribute("aria-label") || element.title || element.textContent;
        if (!name || /^[\d\s.,%$+-]+$/.test(name)) {
            throw new Error(`“${name}” says nothing: ${element.outerHTML}`);
        }
    }
}

tours.add("dashboard_keyboard_tour", {
    steps: () => [
        { trigger: `${dashboard} .o_dashboard_cohorts table` },
        { trigger: `${dashboard} .o_dashboard_movement tbody td[data-after] button` },
        { trigger: `${dashboard} .o_dashboard_segments tbody button`, run: checkTabStops },
        {
            content: "an arrow leads to the next number",
            trigger: `${dashboard} .o_dashboard_segments tbody button[tabindex='0']`,
            run() {
                this.anchor.focus();
                const press = new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true });
                this.anchor.dispatchEvent(press);
                const now = document.activeElement;
                if (now === this.anchor || now.tabIndex !== 0 || this.anchor.tabIndex !== -1) {
                    throw new Error("the arrow leads nowhere");
                }
            },
        },
    ],
});

tours.add("dashboard_scope_tour", {
    steps: () => [
        { trigger: `${dashboard} [data-choice=company].active` },
        { trigger: `${dashboard} [data-tile=customers] button.o_dashboard_value` },
        { content: "a manager without customers", trigger: `${dashboard} [data-choice=my]`, run: "click" },
        { trigger: `${dashboard} [data-tile=customers] span.o_dashboard_value:contains(0)` },
        { trigger: `${dashboard} [data-choice=company]`, run: "click" },
        { trigger: `${dashboard} [data-tile=customers] button.o_dashboard_value` },
        { content: "what playbooks brought", trigger: `${dashboard} .o_dashboard_effect:contains(Nothing can be told)` },
    ],
});

tours.add("dashboard_phone_tour", {
    steps: () => [
        {
            content: "nothing is wider than the phone",
            trigger: `${dashboard} .o_dashboard_cohorts table`,
            run() {
                const { scrollWidth, clientWidth } = document.querySelector(".o_customer_dashboard");
                if (scrollWidth > clientWidth) {
                    throw new Error(`the dashboard is ${scrollWidth} px wide on a screen of ${clientWidth} px`);
                }
            },
        },
        { trigger: `${dashboard} button[name=previous]`, run: "click" },
        { trigger: `${dashboard} button[name=next]:enabled`, run: "click" },
        { trigger: `${dashboard} .o_dashboard_segments tbody button:first`, run: "click" },
        { trigger: ".o_kanban_record, .o_data_row" },
    ],
});
