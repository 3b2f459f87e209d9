"""What a manager sets for a company. Long, as most of it is the rules themselves with the help users read."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _tz_get
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.bandings import cut_offs_of, methods_of
from ...tools.context import Told
from ...tools.days import knows_time_zone
from ...tools.labels import MAXIMUM_BANDS, MINIMUM_BANDS, MOST_YEARS_BACK, RFM
from ...tools.words import window_in_words

BANDINGS = [
    ("quantile", "Quantiles: equal groups of customers"),
    ("cut_offs", "Own cut-offs"),
    ("mean", "Above or below the mean"),
]
RECENCY_BANDINGS = [("own_rhythm", "Own rhythm of each customer"), *BANDINGS]
SETUP_ANSWERED_BY = {"scheme_id", "tier_ids"}
RECENCY_HELP = (
    "How the time since the last order is turned into scores. Own rhythm holds it against the usual gap between two "
    "orders of the customer itself, so that a yearly buyer is not late after three months and a weekly buyer is. "
)
BANDING_HELP = (
    "How this measure is turned into scores. Quantiles split your customers into groups of equal size; customers with "
    "the same value always get the same score. Own cut-offs are limits you set. Above or below the mean gives two "
    "scores; a value at the mean counts as high."
)
CUT_OFFS_HELP = (
    "The limits between the scores, ascending, separated by semicolons; one fewer than the number of bands. A value "
    "equal to a limit belongs to the side below it. Example for five bands: 30; 90; 180; 365"
)


class CustomerSegmentationPolicy(models.Model):
    """How one root company, its branches included, is scored."""

    _name = "customer.segmentation.policy"
    _inherit = ["customer.guarded"]
    _description = "Customer Segmentation Policy"
    _order = (
        "id"  # tiers and versions are sorted by it, for whoever works in a branch and may not read the company, too
    )
    _rec_name = "company_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, engine_only=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True)
    version = fields.Integer(readonly=True, engine_only=True, default=1, help="Grows with every change of the rules.")
    last_run_id = fields.Many2one(
        "customer.segmentation.run",
        readonly=True,
        engine_only=True,
        copy=False,
        ondelete="set null",
        help="The run whose scores customers show now.",
    )
    rules_changed = fields.Boolean(
        compute="_compute_rules_changed", help="The rules were changed after the last run; recompute to apply them."
    )

    # Versions and setup
    version_ids = fields.One2many(
        "customer.segmentation.policy.version", "policy_id", string="Versions", readonly=True, engine_only=True
    )
    version_count = fields.Integer(compute="_compute_version_count")
    setup_done = fields.Boolean(
        string="Segments and Tiers Are Chosen",
        readonly=True,
        engine_only=True,
        copy=False,
        help="Until a manager has chosen them, a button above the customers offers it.",
    )

    # Purchases
    source = fields.Selection(
        [("sale", "Sales orders"), ("invoice", "Invoices")],
        string="Purchases Come From",
        required=True,
        default="sale",
        is_rule=True,
        help="Sales orders: confirmed orders on the day of the order, less what credit notes take back. "
        "Invoices: posted customer invoices and credit notes; several invoices of one order are one purchase.",
    )
    window_months = fields.Integer(
        string="Window (Months)",
        required=True,
        default=12,
        is_rule=True,
        help="Frequency and monetary value count the purchases of this many months before the day of the run.",
    )
    tz = fields.Selection(
        _tz_get,
        string="Time Zone",
        required=True,
        default="UTC",
        is_rule=True,
        help="In which time zone an order belongs to a day.",
    )
    count_zero_orders = fields.Boolean(
        string="Count Orders of Zero", is_rule=True, help="Samples and warranty replacements count as purchases."
    )
    count_own_companies = fields.Boolean(
        string="Count Our Own Companies",
        is_rule=True,
        help="Score what other companies of this database buy, too. Off: their orders are listed as left out.",
    )
    import_cutover_date = fields.Date(
        string="Cut-over Date",
        is_rule=True,
        help="Imported purchases count up to and including this day, orders in Odoo on every day. Set it to the last "
        "day of the system you came from, so that nothing is counted twice. Empty: all imported purchases count.",
    )
    score_silent_customers = fields.Boolean(
        string="Judge Who Bought Nothing by the Last Window with a Purchase",
        is_rule=True,
        help="A customer without a purchase in the window is scored for frequency and monetary value by the window "
        "that ended with the last purchase, until that is two windows ago. A great customer who fell silent is then "
        "shown as one you cannot afford to lose, and only later as lost.",
    )

    # Scores
    scheme_id = fields.Many2one(
        "customer.segment.scheme",
        required=True,
        check_company=True,
        ondelete="restrict",
        default=lambda self: self.env["customer.segment.scheme"]._default(),
        is_rule=True,
        help="The set of segments customers are put in.",
    )
    bands = fields.Integer(
        required=True,
        default=lambda self: self.env["customer.segment.scheme"]._default().bands,
        is_rule=True,
        help="How many scores each measure has, 2 to 9; the scheme has the same number.",
    )
    recency_banding = fields.Selection(
        RECENCY_BANDINGS,
        required=True,
        default=lambda self: self.env["customer.segment.scheme"]._default()._recency_banding(),
        is_rule=True,
        help=RECENCY_HELP + BANDING_HELP,
    )
    frequency_banding = fields.Selection(BANDINGS, required=True, default="quantile", is_rule=True, help=BANDING_HELP)
    monetary_banding = fields.Selection(BANDINGS, required=True, default="quantile", is_rule=True, help=BANDING_HELP)
    recency_cut_offs = fields.Char(
        string="Recency Cut-offs (Days)",
        is_rule=True,
        help=CUT_OFFS_HELP + ". By own rhythm they are multiples of the usual gap; left empty they follow the stages.",
    )
    frequency_cut_offs = fields.Char(string="Frequency Cut-offs (Orders)", is_rule=True, help=CUT_OFFS_HELP)
    monetary_cut_offs = fields.Char(string="Monetary Cut-offs", is_rule=True, help=CUT_OFFS_HELP)
    weight_recency = fields.Float(default=1, is_rule=True, help="How much recency counts in the RFM score of 0 to 100.")
    weight_frequency = fields.Float(
        default=1, is_rule=True, help="How much frequency counts in the RFM score of 0 to 100."
    )
    weight_monetary = fields.Float(
        default=1, is_rule=True, help="How much monetary value counts in the RFM score of 0 to 100."
    )
    abc_share_a = fields.Float(
        string="A up to (%)",
        default=80,
        is_rule=True,
        help="Class A: the customers who bring the first part of revenue, up to this percentage.",
    )
    abc_share_b = fields.Float(
        string="B up to (%)",
        default=95,
        is_rule=True,
        help="Class B: the customers after them, up to this percentage of revenue.",
    )

    _one_active_policy = models.UniqueIndex(
        "(company_id) WHERE active", "This company has an active policy already; archive it first."
    )

    def _valid_field_parameter(self, field, name):
        """A field says itself what it is: `is_rule`, a change of it makes the next run score by other rules;
        `is_review_rule`, it decides how tiers are reviewed, which needs no recompute: the version does not grow."""
        return name in ("is_rule", "is_review_rule") or super()._valid_field_parameter(field, name)

    def _init_column(self, column_name):
        """Policies from before this question existed were in use: nobody is asked about them."""
        if column_name != "setup_done":
            return super()._init_column(column_name)
        self.env.cr.execute(SQL("UPDATE %s SET setup_done = TRUE", SQL.identifier(self._table)))

    @api.depends("company_id")
    def _compute_display_name(self):
        """Whoever works in a branch may not read the root company, and yet sees its policy."""
        for policy in self:
            policy.display_name = policy.sudo().company_id.display_name

    @api.depends("version", "version_ids.rules", "last_run_id.policy_version")
    def _compute_rules_changed(self):
        rules = self.env["customer.segmentation.rules"]
        for policy in self:
            run = policy.last_run_id
            policy.rules_changed = bool(run) and not rules._score_alike(policy, run.policy_version, policy.version)

    @api.depends("version_ids")
    def _compute_version_count(self):
        for policy in self:
            policy.version_count = len(policy.version_ids)

    # ------------------------------------------------------------------ checks

    @api.constrains("company_id")
    def _check_root_company(self):
        for policy in self:
            if policy.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch: its purchases are scored by the policy of %(root)s.",
                        branch=policy.company_id.sudo().name,
                        root=policy.company_id.sudo().root_id.name,
                    )
                )

    @api.constrains("tz")
    def _check_time_zone(self):
        """A selection made by a method is not checked by Odoo, and a run asks the database for the zone."""
        for policy in self:
            if not knows_time_zone(self.env, policy.tz):
                raise ValidationError(
                    self.env._("%s is no time zone; choose one of the list, such as Europe/Berlin.", policy.tz)
                )

    @api.constrains("import_cutover_date")
    def _check_import_cutover_date(self):
        for policy in self:
            day, today = policy.import_cutover_date, policy._today()
            span = relativedelta(years=MOST_YEARS_BACK)
            if day and not today - span <= day <= today + span:
                raise ValidationError(
                    self.env._("The cut-over date %s cannot be meant: look at its year.", fields.Date.to_string(day))
                )

    @api.constrains("window_months")
    def _check_window(self):
        for policy in self:
            if not 1 <= policy.window_months <= 240:
                raise ValidationError(
                    self.env._("The window is %s months; it must be 1 to 240 months.", policy.window_months)
                )

    @api.constrains("abc_share_a", "abc_share_b")
    def _check_abc_shares(self):
        for policy in self:
            if not 0 < policy.abc_share_a < policy.abc_share_b <= 100:
                raise ValidationError(
                    self.env._(
                        "The ABC shares %(a)s%% and %(b)s%% do not ascend: A must end above 0%%, B above A and at "
                        "most at 100%%. Usual are 80%% and 95%%.",
                        a=policy.abc_share_a,
                        b=policy.abc_share_b,
                    )
                )

    @api.constrains("weight_recency", "weight_frequency", "weight_monetary")
    def _check_weights(self):
        for policy in self:
            weights = policy.weight_recency, policy.weight_frequency, policy.weight_monetary
            if min(weights) < 0 or not sum(weights):
                raise ValidationError(
                    self.env._("The weights of R, F and M must not be negative, and at least one must be above zero.")
                )

    @api.constrains("bands", "scheme_id", *(f"{measure}_banding" for measure in RFM))
    def _check_bands(self):
        for policy in self:
            if not MINIMUM_BANDS <= policy.bands <= MAXIMUM_BANDS:
                raise ValidationError(self.env._("The policy has %s bands; it must be 2 to 9.", policy.bands))
            if policy.bands != policy.scheme_id.bands:
                raise ValidationError(
                    self.env._(
                        "The policy has %(bands)s bands, but the scheme %(scheme)s has %(scheme_bands)s. "
                        "Set the policy's bands to %(scheme_bands)s or choose another scheme.",
                        bands=policy.bands,
                        scheme=policy.scheme_id.name,
                        scheme_bands=policy.scheme_id.bands,
                    )
                )
            if policy.bands != 2 and "mean" in methods_of(policy).values():
                raise ValidationError(
                    self.env._(
                        "Above or below the mean gives two scores, but the policy has %s bands. Choose quantiles or "
                        "own cut-offs, or a scheme with two bands such as 8 classes.",
                        policy.bands,
                    )
                )
            if not policy.scheme_id._to_be_complete():
                raise ValidationError(
                    self.env._(
                        "The scheme %s is archived; only a complete, active scheme can score.", policy.scheme_id.name
                    )
                )
        self.env["customer.tier.ladder"]._check(self)

    @api.constrains("bands", *(f"{measure}_{what}" for measure in RFM for what in ("banding", "cut_offs")))
    def _check_cut_offs(self):
        from ...scoring.bands import check_cut_offs

        for policy in self:
            for measure, method in methods_of(policy).items():
                is_typed = method == "own_rhythm" and policy[f"{measure}_cut_offs"]
                if method != "cut_offs" and not is_typed:
                    continue
                label = policy._fields[f"{measure}_cut_offs"]._description_string(self.env)
                try:
                    limits = cut_offs_of(policy, measure)
                    check_cut_offs(limits, policy.bands)
                    if is_typed and limits[0] <= 0:  # who has just bought is on time by any rhythm
                        raise ValueError("Multiples of the usual gap must be above 0.")
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            "%(label)s “%(typed)s”: these limits cannot be used. Type %(count)s numbers that ascend, "
                            "separated by semicolons.",
                            label=label,
                            typed=policy[f"{measure}_cut_offs"] or "",
                            count=policy.bands - 1,
                        )
                    ) from error

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Every company has a policy; change its rules instead of deleting it."))

    # ------------------------------------------------------------------ rules and their version

    @api.onchange("scheme_id")
    def _onchange_scheme_id(self):
        """Offer the banding the chosen scheme is made for."""
        if self.scheme_id:
            self.update(self.scheme_id._banding(self.bands, self.recency_banding))

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        self.env["customer.segmentation.rules"]._ensure_versions(policies)
        return policies

    def write(self, vals):
        rules, ladder = self.env["customer.segmentation.rules"], self.env["customer.tier.ladder"]
        changed = self.filtered(lambda policy: rules._is_changed_by(policy, vals))
        asked = ladder._asked(self) if "tier_ids" in vals else None
        active = self.filtered("active") if "active" in vals else None
        checked = self if asked is None else self.with_context(ladder_checked_by_caller=Told.BY_CODE)
        result = super(CustomerSegmentationPolicy, checked).write(vals)
        rules._changed(changed)
        if asked is not None:
            ladder._changed(self, asked)
        if vals.keys() & SETUP_ANSWERED_BY and "setup_done" not in vals:
            self.sudo().filtered(lambda policy: not policy.setup_done).setup_done = True
        if active is not None:
            self.env["customer.segmentation.rest"]._active_changed(self, active)
        return result

    def _today(self):
        """Today in the policy's time zone."""
        return fields.Date.context_today(self.with_context(tz=self.tz))

    def _window_in_words(self):
        """The window the figures were scored in, as the end of a sentence."""
        return window_in_words(self.env, self.env["customer.segmentation.rules"]._scored_months(self))

    # ------------------------------------------------------------------ companies

    @api.model
    def _of_company(self, company):
        """The policy that scores a company or branch."""
        return self.sudo().search([("company_id", "=", company.sudo().root_id.id), ("active", "=", True)], limit=1)

    @api.model
    def _at_work(self):
        """The policies by which customers are scored and people are told."""
        return self.search([("company_id.active", "=", True)])

    def _is_at_work(self):
        return self.active and self.sudo().company_id.active

    @api.model
    def _last_of(self, companies):
        """By company: its policy, or the last one where it is not scored any more."""
        domain = Domain("company_id", "in", companies.ids) & self.env["customer.segmentation.rest"]._live_domain()
        found = self.sudo().with_context(active_test=False).search(domain, order="active, id")
        return {policy.company_id: policy for policy in found.with_env(self.env(su=True))}

    @api.model
    def _of_action(self, company=None):
        """The policy of what a user does: of the company the user works in.

        Whatever is done for a company, by a button, a dialog or a method, asks here which one it is.

        :param company: of the record the user acts on; it has to be the user's own, too
        """
        user_env = self.env(su=False)
        company = (company or user_env.company).with_env(user_env)
        company._check_own()
        return self._of_company(company)

    # ------------------------------------------------------------------ recompute

    def recompute(self, as_of=None):
        """Recompute every customer now and return the finished run, whose state says whether it worked.

        :param as_of: the day to score as of, a date or its ISO text; default today in the policy's time zone
        :raise UserError: when another recompute of the company is at work, or the day is none that can be scored
        """
        self.ensure_one()
        self._check_manager()
        run = self.env["customer.segmentation.recompute"]._run_of(self, as_of)
        run._execute()
        return run.with_env(self.env)

    def action_recompute(self):
        """Queue a recompute in the background and open its run, which shows the progress."""
        self.ensure_one()
        self._check_manager()
        run = self._queue_run()
        return {
            "type": "ir.actions.act_window",
            "res_model": "customer.segmentation.run",
            "res_id": run.id,
            "views": [(False, "form")],
            "target": "current",
        }

    @api.model
    def action_recompute_company(self):
        """Recompute the company the user works in; a branch is part of its root company."""
        return self._of_action().with_env(self.env).action_recompute()

    def _action_form(self, name="customer_segmentation.action_policies"):
        """The form; of an action with an address of its own, so that the page can be loaded again."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(name)
        views = [view for view in action["views"] if view[1] == "form"]
        return dict(action, res_id=self.id, views=views, target="current")

    def action_open_runs(self):
        """All recomputes of the policy's company."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_runs")
        return dict(action, domain=[("policy_id", "=", self.id)])

    def action_open_versions(self):
        """Every version of the rules: who, when, and what changed."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_policy_versions")
        return dict(action, domain=[("policy_id", "=", self.id)])

    def action_open_setup(self):
        """Choose segments and tiers, whenever a manager wants to."""
        self.ensure_one()
        return self.env["customer.segmentation.setup"]._action(self)

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group("customer_segmentation.group_manager"):
            raise AccessError(
                self.env._("Only managers of Customer Segmentation recompute scores; ask one of them to start it.")
            )
        self.check_access("write")

    def _queue_run(self, as_of=None):
        """A pending run for each policy: the one that waits already, or a new one."""
        runs = self.env["customer.segmentation.run"].sudo().browse()
        for policy in self:
            runs |= self.env["customer.segmentation.recompute"]._waiting_run(policy, as_of or policy._today())
        if runs:
            self.env.ref("customer_segmentation.ir_cron_recompute").sudo()._trigger()
        return runs.with_env(self.env)
