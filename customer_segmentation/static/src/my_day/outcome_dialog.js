import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** What came of turning to a customer: one tap, or its number on the keyboard. */
export class OutcomeDialog extends Component {
    static template = "customer_segmentation.OutcomeDialog";
    static components = { Dialog };
    static props = {
        name: String, // the customer's
        about: { type: String, optional: true },
        outcomes: Array,
        reasons: Array,
        channels: Array,
        attitudes: Array,
        tell: Function,
        close: Function,
    };

    setup() {
        this.state = useState({
            channel: "call", attitude: null, note: "", day: "", wrong_label: false, asking: null, busy: false,
        }); // prettier-ignore
        for (const outcome of this.props.outcomes) {
            useHotkey(String(outcome.number), () => this.choose(outcome));
        }
    }

    get title() {
        return _t("%s: what came of it?", this.props.name);
    }

    get whyInWords() {
        return _t("%s: why?", this.state.asking.label);
    }

    get tomorrow() {
        return luxon.DateTime.now().plus({ days: 1 }).toISODate();
    }

    /** An entry of a playbook is over when its label is wrong: there it is said by a button, not beside another outcome. */
    get isLabelAmongOutcomes() {
        return this.props.outcomes.some((outcome) => outcome.name === "wrong_label");
    }

    /** Days after which it comes back when nothing else is said. */
    again(outcome) {
        if (!outcome.days || this.state.day) {
            return "";
        }
        return outcome.days === 1 ? _t("again tomorrow") : _t("again in %s days", outcome.days);
    }

    choose(outcome) {
        if (outcome.asks === "reason") {
            this.state.asking = outcome;
            return;
        }
        return this.tell(outcome);
    }

    async tell(outcome, reasonId = null) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        const { channel, attitude, note, day, wrong_label } = this.state;
        try {
            await this.props.tell(outcome.name, { channel, attitude, note, day, wrong_label, reason_id: reasonId });
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }
}

/** Where an activity or entry of a playbook is answered; ends when the dialog is closed, so that the screen is read anew. */
async function tellOfEntry(env, { params }) {
    const { entry_id: entryId, activity_id: activityId, playbook: about, ...offered } = params;
    const tell = (outcome, told) =>
        env.services.orm.call("customer.playbook.entry", "action_tell", [[entryId], outcome, told, activityId]);
    await new Promise((resolve) =>
        env.services.dialog.add(OutcomeDialog, { ...offered, about, tell }, { onClose: resolve })
    );
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("customer_segmentation.tell", tellOfEntry);
