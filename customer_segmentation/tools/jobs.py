"""Starting scheduled actions, in few statements: each confirmed order and each refreshed customer does."""


def start_job(env, xml_id, at=None):
    """Have a scheduled action of ours start.

    Of it only what is needed is read.

    :param at: when, a datetime in UTC; None for now
    """
    job = env["ir.cron"].sudo().browse(env["ir.model.data"]._xmlid_to_res_id(xml_id, raise_if_not_found=True))
    job.fetch(["active"])
    job._trigger(at)
