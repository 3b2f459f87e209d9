import { Activity } from "@mail/core/web/activity";
import { ActivityListPopoverItem } from "@mail/core/web/activity_list_popover_item";
import { patch } from "@web/core/utils/patch";

/** Opens the salesperson's answer to an activity of a playbook; resolves when the dialog is closed. */
function openAnswer(env, activity) {
    return new Promise((resolve) =>
        env.services.action.doActionButton({
            type: "object",
            name: "action_answer_playbook",
            resModel: "mail.activity",
            resId: activity.id,
            resIds: [activity.id],
            onClose: resolve,
        })
    );
}

patch(Activity.prototype, {
    async onClickAnswerPlaybook() {
        const thread = this.thread;
        await openAnswer(this.env, this.props.activity);
        this.props.onActivityChanged(thread);
        await thread.fetchNewMessages();
        await this.props.reloadParentView(); // the page Segmentation says what came of it
    },
});

patch(ActivityListPopoverItem.prototype, {
    async onClickAnswerPlaybook() {
        this.props.onClickEditActivityButton();
        await openAnswer(this.env, this.props.activity);
        this.props.onActivityChanged?.();
    },
});
