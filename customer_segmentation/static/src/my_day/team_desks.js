import { Component } from "@odoo/owl";

/** How far everybody of a team is today, and what came of the calls of all of them this month. */
export class TeamDesks extends Component {
    static template = "customer_segmentation.TeamDesks";
    static props = { team: Object };
}
