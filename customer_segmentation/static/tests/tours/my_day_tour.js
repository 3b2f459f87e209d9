import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const ROWS = 15;

function openRow(number) {
    return `.o_desk_row_selected:contains(Desk Works ${String(number).padStart(2, "0")})`;
}

tours.add("my_day_call_tour", {
    steps: () => [
        {
            content: "whom to call first, why and what to say, without a click",
            trigger: `${openRow(1)} .o_desk_why:contains(Ask about the spring order)`,
        },
        { trigger: ".o_desk_row_selected a.o_desk_call[href='tel:+12025550101']" },
        { content: "one click asks", trigger: ".o_desk_row_selected .o_desk_tell", run: "click" },
        { content: "one more tells", trigger: ".o_desk_outcome [data-outcome=will_order]", run: "click" },
        { content: "the next row follows by itself", trigger: openRow(2) },
        { trigger: ".o_my_day_done:contains(1 of 15 done)" },
        { trigger: ".o_desk_row:contains(Desk Works 01):contains(Will order):contains(again on)" },
        { trigger: ".o_desk_row_selected .o_desk_tell", run: "click" },
        { trigger: ".o_desk_outcome .o_desk_note", run: "edit Too dear" },
        { trigger: ".o_desk_outcome [data-outcome=elsewhere]", run: "click" },
        { content: "asks why", trigger: ".o_desk_outcome .o_desk_choices button:contains(Price)", run: "click" },
        { trigger: ".o_desk_row:contains(Desk Works 02):contains(Buys elsewhere)" },
        { trigger: `${openRow(3)} .o_desk_quote`, run: "click" },
        { trigger: ".o_form_view [name=partner_id] input:value(Desk Works 03)" },
    ],
});

tours.add("my_day_page_tour", {
    steps: () => [
        { trigger: `${openRow(1)} .o_desk_open`, run: "click" },
        { content: "the page, with the day's pager", trigger: ".o_customer_page [name=customer_title]:contains(Desk Works 01)" },
        { trigger: ".o_control_panel .o_back_button", run: "click" },
        { trigger: openRow(1) },
    ],
});

tours.add("my_day_keyboard_tour", {
    steps: () => [
        { trigger: openRow(1), run: "press ArrowDown" },
        { trigger: openRow(2), run: "press ArrowUp" },
        ...Array.from({ length: ROWS }, (_, place) => [
            { trigger: openRow(place + 1), run: "press Enter" },
            { trigger: ".o_desk_outcome [data-outcome=not_reached]", run: "press 3" },
            { trigger: `.o_my_day_done:contains(${place + 1} of ${ROWS} done)` },
        ]).flat(),
        { trigger: "p:contains(Everything is done.)" },
    ],
});

tours.add("my_day_team_tour", {
    steps: () => [
        {
            content: "who has no customers begins with the desks of the team",
            trigger: ".o_team_desks tr:contains(screens_own_seller):contains(not opened today)",
        },
        { trigger: ".o_my_day_team:contains(My Day)", run: "click" },
        { trigger: "p:contains(Nobody needs a call today.)" },
    ],
});
