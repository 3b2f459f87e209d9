"""Who is told something, and in which language."""

from odoo.tools import get_lang


def language_of(env, *people):
    """The language of the first of these users or contacts who has one that is installed; else the environment's.

    A language may be switched off while somebody who was archived then still has it.
    """
    installed = dict(env["res.lang"].get_installed())
    return next((person.lang for person in people if person.lang in installed), None) or get_lang(env).code


def as_reader(records, user, company):
    """Records as a user reads them who works in a root company: rights, language, time zone and companies.

    The first of the companies is the one the reader works in.
    """
    company = company.sudo()
    companies = user.sudo().company_ids.filtered(lambda one: one.root_id == company)
    context = {
        "lang": language_of(records.env, user, company.partner_id),
        "tz": user.tz,
        "allowed_company_ids": companies.sorted(lambda one: one != company).ids,
    }
    return records.with_user(user).with_context(**context)


def managers_of(env, company):
    """The managers who work in a root company or in one of its branches."""
    company, managers = company.sudo(), env.ref("customer_segmentation.group_manager").sudo().all_user_ids
    here = managers.filtered(lambda user: user.active and company in user.company_ids.root_id)
    return here - env.ref("base.user_root")
