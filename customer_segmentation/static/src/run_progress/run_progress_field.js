import { Component, onWillUpdateProps, useEffect, useState } from "@odoo/owl";
import { ConnectionLostError } from "@web/core/network/rpc";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const POLL_EVERY = 2000;
const OPEN_STATES = ["pending", "running"];

/** The progress of a run: a bar that moves by itself until the run is over, then the record is read again. */
export class RunProgressField extends Component {
    static template = "customer_segmentation.RunProgressField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ progress: this.recordProgress(this.props) });
        onWillUpdateProps((nextProps) => {
            this.state.progress = this.recordProgress(nextProps);
        });
        useEffect(
            (resId, state) => this.watch(resId, state),
            () => [this.props.record.resId, this.props.record.data.state]
        );
    }

    recordProgress({ record, name }) {
        return record.data[name] || 0;
    }

    get percentage() {
        return Math.round(this.state.progress);
    }

    /** Poll while the run is open; returns what stops it. */
    watch(resId, state) {
        if (!resId || !OPEN_STATES.includes(state)) {
            return () => {};
        }
        let timer = null;
        let stopped = false;
        const poll = async () => {
            if ((await this.readProgress(resId, state)) && !stopped) {
                timer = browser.setTimeout(poll, POLL_EVERY);
            }
        };
        timer = browser.setTimeout(poll, POLL_EVERY);
        return () => {
            stopped = true;
            browser.clearTimeout(timer);
        };
    }

    /** Returns whether the run is still in the same state. */
    async readProgress(resId, state) {
        const { record, name } = this.props;
        try {
            const [run] = await this.orm.silent.read(record.resModel, [resId], ["state", name]);
            if (run && run.state === state) {
                this.state.progress = run[name];
                return true;
            }
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                return true; // the server is back soon
            }
            throw error;
        }
        await record.model.load();
        return false;
    }
}

export const runProgressField = {
    component: RunProgressField,
    displayName: _t("Progress of a Run"),
    supportedTypes: ["float"],
    fieldDependencies: [{ name: "state", type: "selection" }],
};

registry.category("fields").add("run_progress", runProgressField);
