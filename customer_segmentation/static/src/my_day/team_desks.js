import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { DeskRow } from "./desk_row";

/** How far everybody of a team is today, what came of the calls of all of them this month, and each desk to look at. */
export class TeamDesks extends Component {
    static template = "customer_segmentation.TeamDesks";
    static components = { DeskRow };
    static props = { team: Object, openWaiting: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ desk: null, selected: null });
    }

    get leftOffInWords() {
        return _t("%s more people are not shown.", this.props.team.left_off);
    }

    async look(person) {
        this.state.desk = await this.orm.call("customer.desk.team", "action_read_desk", [person.user_id]);
        this.state.selected = null;
    }

    select(row) {
        this.state.selected = row.id;
    }
}
