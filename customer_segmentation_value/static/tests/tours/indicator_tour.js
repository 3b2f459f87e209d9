import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const row = (name) => `[name=indicator_ids] tr.o_data_row:contains(${name})`;
const weigh = (name, weight) => ({
    content: `${name} weighs ${weight} %, typed in the list`,
    trigger: `${row(name)} td[name=weight] input`,
    run: `edit ${weight} && press Tab`,
});
const totalIs = (total) => ({ trigger: `.alert-warning:contains(The weights add up to):contains(${total})` });
const noWarning = { trigger: ".o_form_view:not(:has(.alert-warning:contains(The weights add up to)))" };
const save = [
    { trigger: ".o_form_button_save", run: "click" },
    { trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible" },
];

tours.add("indicator_tour", {
    steps: () => [
        { content: "rules are edited in a draft", trigger: "button[name=action_draft]", run: "click" },
        { trigger: ".o_form_view button[name=action_apply]" },
        { trigger: "a.nav-link:contains(Value Score)", run: "click" },
        weigh("Revenue", 70),
        totalIs(110),
        weigh("Orders", 30),
        noWarning,
        {
            content: "switched on in the list, no dialog opens",
            trigger: `${row("Contacts")} td[name=active] input`,
            run: "click",
        },
        totalIs(105),
        { trigger: `${row("Contacts")} td[name=active] input`, run: "click" },
        noWarning,
        { trigger: "[name=indicator_ids] a:contains(Add an Indicator)", run: "click" },
        { trigger: ".modal label:contains(Field of the contact)", run: "click" },
        {
            content: "nothing is chosen yet, and nothing complains",
            trigger: ".modal:not(:has(.alert-warning)) [name=partner_field] .o_model_field_selector",
            run: "click",
        },
        { trigger: ".o_model_field_selector_popover_search input", run: "edit a" },
        {
            content: "only what can be weighed is offered",
            trigger:
                ".o_model_field_selector_popover:not(:has([data-name=property_account_payable_id])):not(:has([data-name=name])):not(:has([data-name=id])) [data-name=customer_potential] button",
            run: "click",
        },
        { trigger: ".modal [name=name] :value(Sales Potential)" },
        { trigger: ".modal [name=weight] input", run: "edit 20" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        totalIs(120),
        weigh("Revenue", 50),
        noWarning,
        ...save,
    ],
});
