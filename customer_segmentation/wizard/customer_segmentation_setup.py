from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Command

from ..tools.people import language_of, managers_of

PROPOSED_PLAYBOOKS = ("playbook_save_cant_lose", "playbook_overdue_reorder")
CALLS = [("send_mail", "=", False), ("action_kind", "!=", "none")]  # they put work on a desk, and send nothing
ROW = Markup('<tr><td class="fw-bold text-nowrap pe-3 align-top">%s</td><td>%s</td></tr>')


class CustomerSegmentationSetup(models.TransientModel):
    """The one question after installing: which segments, tiers, playbooks and apps.

    Each part has an answer already. It is nobody's duty: a button above the customers while it is open, and on the
    rules at any time.
    """

    _name = "customer.segmentation.setup"
    _inherit = ["customer.wizard"]
    _description = "Choose Segments and Tiers"

    _company_path = "policy_id.company_id"

    policy_id = fields.Many2one(
        "customer.segmentation.policy",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env["customer.segmentation.policy"]._of_action().id,
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    scheme_id = fields.Many2one(
        "customer.segment.scheme",
        string="Segments",
        compute="_compute_from_policy",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="The set of segments customers are put in.",
    )
    scheme_description = fields.Text(related="scheme_id.description", string="When to Choose It")
    segment_ids = fields.One2many(related="scheme_id.segment_ids", string="These Are the Segments")
    ladder = fields.Selection(
        [
            ("none", "None of these"),
            ("vip", "VIP / Potential / Ordinary / Low Value"),
            ("value", "High / Medium / Low Value"),
            ("monthly", "By Monthly Average"),
            ("metals", "Gold / Silver / Bronze"),
        ],
        string="Tiers",
        required=True,
        default="none",
        help="Customers rise at once and fall at reviews only. You can change every tier later.",
    )
    ladder_rules = fields.Html(compute="_compute_ladder_rules", sanitize=False, string="Who Is on Which Tier")
    source = fields.Selection(
        [("sale", "Sales orders"), ("invoice", "Invoices")],
        string="Purchases Come From",
        compute="_compute_from_policy",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Sales orders: confirmed orders on the day of the order, less what credit notes take back. "
        "Invoices: posted customer invoices and credit notes.",
    )
    playbook_ids = fields.Many2many(
        "customer.playbook",
        "customer_segmentation_setup_playbook_rel",
        string="Playbooks",
        default=lambda self: self._default_playbook_ids(),
        help="Each puts a call on the desk of the salesperson when a customer comes into its state from now on. All "
        "can be started and stopped later.",
    )
    app_ids = fields.One2many(
        "customer.segmentation.setup.app",
        "setup_id",
        string="Apps",
        default=lambda self: self._default_app_ids(),
        help="What else can be installed. Each can be added and taken away later in the settings.",
    )

    @api.depends("policy_id")
    def _compute_from_policy(self):
        for setup in self:
            setup.scheme_id = setup.policy_id.scheme_id
            setup.source = setup.policy_id.source

    @api.depends("ladder", "scheme_id", "policy_id")
    @api.depends_context("lang")
    def _compute_ladder_rules(self):
        presets = self.env["customer.tier.ladder"]._presets()
        for setup in self:
            rows = setup._preset_rules() if setup.ladder in presets else setup._present_rules()
            table = Markup('<table class="mb-0">%s</table>') % Markup("").join(ROW % row for row in rows)
            if rows and setup.ladder not in presets:
                table = Markup("<p>%s</p>") % self.env._("The present tiers stay as they are:") + table
            setup.ladder_rules = table if rows else Markup("<p>%s</p>") % setup._without_tiers()

    def _preset_rules(self):
        """Name and rule of each tier of the chosen ladder."""
        ladder = self.env["customer.tier.ladder"]
        names, rungs = ladder._preset_names(), ladder._presets()[self.ladder]
        values = [ladder._preset_tier(self.scheme_id.bands, *rung)[2] for rung in enumerate(rungs, 1)]
        return [(names[tier["name"]], self.env["customer.tier"].new(tier).rule) for tier in values]

    def _present_rules(self):
        return [(tier.name, tier.rule) for tier in self.policy_id.tier_ids.sorted()]

    def _without_tiers(self):
        return self.env._("Customers get a segment and an ABC class, but no tier. You can choose tiers later.")

    # ------------------------------------------------------------------ asking

    @api.model
    def action_offers(self):
        """What is offered to a manager above the customers: whether the question is open, and how many playbooks."""
        return {"question": self._is_open(), "playbooks": self.env["customer.playbook"].action_count_offered()}

    @api.model
    def _is_open(self):
        """Whether the user, a manager, has a question to answer about the company he works in."""
        if not self.env.user.has_group("customer_segmentation.group_manager"):
            return False
        policy = self.env["customer.segmentation.policy"]._of_action()
        return bool(policy) and not policy.setup_done

    @api.model
    def _action(self, policy):
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_setup")
        return dict(action, context={"default_policy_id": policy.id})

    @api.model
    def _tell_managers(self):
        """One word to every manager after installing: where to look first, and that there is a question."""
        companies = self.env["customer.segmentation.policy"].search([]).company_id
        managers = self.env["res.users"].union(*(managers_of(self.env, company) for company in companies))
        for language, users in managers.grouped(lambda user: language_of(self.env, user)).items():
            speaking = self.with_context(lang=language)
            self.env["mail.thread"].with_context(lang=language).message_notify(
                partner_ids=users.partner_id.ids,
                subject=speaking.env._("Customer Segmentation is ready"),
                body=speaking._first_word(),
            )

    @api.model
    def _first_word(self):
        link = Markup('<a href="/odoo/%s">%s</a>')
        customers = link % ("segmentation-my-customers", self.env._("My Customers"))
        question = self.env._("Which segments, tiers and playbooks it shall be is asked above them, once.")
        if self.env["customer.transaction"].search_count([], limit=1):
            first = self.env._("Your customers are being scored. Who is worth a call stands in %s in a few minutes.")
        else:
            first = self.env._("Customers are scored by what they bought: confirm a sales order, or look at %s.")
        return Markup("<p>%s</p><p>%s</p>") % (Markup.escape(first) % customers, question)

    # ------------------------------------------------------------------ what is proposed

    @api.model
    def _default_playbook_ids(self):
        """Those that only say who is late; none where a manager has chosen already."""
        playbooks = self.env["customer.playbook"]
        if playbooks.search_count([("is_started", "=", True)], limit=1):
            return playbooks
        proposed = playbooks.browse()
        for name in PROPOSED_PLAYBOOKS:
            proposed |= self.env.ref(f"customer_segmentation.{name}", raise_if_not_found=False) or playbooks
        return proposed.exists().filtered_domain(CALLS)

    @api.model
    def _default_app_ids(self):
        """A row for each app that is there and not installed, for who may install it."""
        if not self.env.user.has_group("base.group_system"):
            return []
        return [Command.create({"name": name}) for name in self.env["res.config.settings"]._apps_to_choose()]

    # ------------------------------------------------------------------ answering

    def action_apply(self):
        """Set the policy and start scoring by it; returns the screen that shows the progress."""
        self.ensure_one()
        policy = self.env["customer.segmentation.policy"]._of_action(self.policy_id.company_id).with_env(self.env)
        policy._check_manager()
        progress = self._set_rules(policy)
        self._start_playbooks(policy)
        return self._install_apps() or progress

    def _set_rules(self, policy):
        """Score by what is chosen; returns the screen that shows the progress."""
        self._choose(policy)
        policy.sudo().setup_done = True
        return policy.action_recompute()

    def _choose(self, policy):
        policy.write(self._policy_values())
        if self.ladder in self.env["customer.tier.ladder"]._presets():
            policy.with_context(ladder=self.ladder).action_use_ladder()

    def _start_playbooks(self, policy):
        """Start the chosen ones for what happens from now on; nothing is sent to customers."""
        chosen = self.playbook_ids.filtered_domain(CALLS).filtered(lambda playbook: not playbook.is_started)
        if chosen:
            chosen._check_manager()
            chosen._start(policy.company_id)

    def _install_apps(self):
        """Install the chosen ones, and start again with their screens; nothing without a choice.

        Only what is offered, whatever the rows say, and only for who may install apps.
        """
        if not self.env.user.has_group("base.group_system"):
            return None
        offered = self.env["res.config.settings"]._apps_to_choose()
        names = [app.name for app in self.app_ids if app.chosen and app.name in offered]
        if not names:
            return None
        start_again = self.env["ir.actions.actions"]._for_xml_id("customer_segmentation.action_open_app")
        self.env["ir.module.module"].search([("name", "in", names)]).button_immediate_install()
        return start_again

    def _policy_values(self):
        values = {"source": self.source}
        if self.scheme_id != self.policy_id.scheme_id:
            values |= {"scheme_id": self.scheme_id.id, **self._banding()}
        if self.ladder in self.env["customer.tier.ladder"]._presets():
            # They are made for the bands of the scheme, unlike the tiers until now.
            values["tier_ids"] = [Command.clear()]
        return values

    def _banding(self):
        return self.scheme_id._banding(self.policy_id.bands, self.policy_id.recency_banding)
