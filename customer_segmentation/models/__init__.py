from .access import customer_guarded
from .access import customer_audience
from .access import customer_condition
from .access import customer_shared
from .policy import customer_rule_child
from .purchases import customer_document_row
from .purchases import customer_purchase_document
from .profile import customer_row
from .purchases import customer_transaction
from .purchases import customer_transaction_orders
from .purchases import customer_transaction_invoices
from .purchases import customer_transaction_reading
from .purchases import customer_transaction_categories
from .purchases import customer_transaction_sums
from .profile import customer_interaction
from .profile import customer_interaction_last
from .purchases import customer_imported_purchase
from .purchases import customer_transaction_after
from .value import customer_payment_behaviour
from .value import customer_transaction as value_transaction
from .segments import customer_segment_scheme
from .segments import customer_segment
from .segments import customer_segment_range
from .run import customer_segmentation_measure
from .prediction import customer_segmentation_measure as prediction_measure
from .value import customer_segmentation_measure as value_measure
from .run import customer_segmentation_engine
from .rhythm import customer_segmentation_engine as rhythm_engine
from .prediction import customer_segmentation_engine as prediction_engine
from .value import customer_segmentation_engine as value_engine
from .tiers import customer_segmentation_engine as tiers_engine
from .tiers import customer_tier
from .prediction import customer_tier_criterion as prediction_criterion
from .value import customer_tier_criterion as value_criterion
from .tiers import customer_tier_benefits
from .policy import customer_segmentation_policy
from .tiers import customer_segmentation_policy_tiers
from .rhythm import customer_segmentation_policy_prediction
from .policy import customer_segmentation_policy_setup
from .value import customer_segmentation_indicator
from .value import customer_segmentation_indicator_words
from .value import customer_segmentation_indicator_values
from .value import customer_segmentation_policy_value
from .value import customer_segmentation_policy_value_presets
from .policy import customer_segmentation_policy_rest
from .run import customer_segmentation_failure
from .run import customer_segmentation_run
from .run import customer_segmentation_run_limits
from .policy import customer_segmentation_policy_rules
from .policy import customer_segmentation_policy_version
from .value import customer_segmentation_policy_value_rules
from .prediction import customer_segmentation_model_card
from .prediction import customer_segmentation_model_card_words
from .run import customer_segmentation_staging
from .profile import customer_segmentation_profile
from .profile import customer_segmentation_profile_explanation
from .tiers import customer_segmentation_profile_tiers
from .prediction import customer_segmentation_profile_prediction
from .rhythm import customer_segmentation_profile_lifecycle
from .value import customer_segmentation_profile_value
from .tiers import customer_segmentation_profile_service
from .privacy import customer_segmentation_exclusion
from .privacy import customer_segmentation_profile_removal
from .privacy import customer_segmentation_policy_retention
from .tiers import customer_tier_review
from .profile import customer_segmentation_change
from .prediction import customer_segmentation_change as prediction_change
from .profile import customer_segmentation_transition
from .run import customer_segmentation_queue
from .profile import customer_segmentation_mixin
from .prediction import customer_segmentation_mixin_lifecycle
from .profile import customer_segmentation_mixin_open
from .value import customer_segmentation_mixin_value
from .playbooks import customer_churn_reason
from .value import customer_satisfaction
from .value import customer_credit_class
from .value import customer_segmentation_policy_credit
from .playbooks import customer_holiday
from .playbooks import customer_segmentation_policy_playbooks
from .playbooks import customer_playbook
from .playbooks import customer_playbook_entry
from .playbooks import customer_playbook_state
from .playbooks import customer_playbook_triggers
from .value import customer_playbook_satisfaction
from .playbooks import customer_playbook_templates
from .playbooks import customer_playbook_engine
from .playbooks import customer_playbook_actions
from .playbooks import customer_playbook_entry_answer
from .playbooks import customer_playbook_result
from .playbooks import customer_playbook_report
from .playbooks import customer_playbook_words
from .playbooks import customer_playbook_triggers_lifecycle
from .playbooks import mail_activity
from .playbooks import mail_activity_plan
from .playbooks import mail_activity_playbooks
from .documents import crm_lead
from .policy import ir_http
from .policy import res_company
from .policy import res_config_settings
from .documents import res_partner
from .access import customer_company_condition
from .rhythm import res_partner_lifecycle
from .privacy import res_partner_exclusion
from .value import res_partner_value
from .documents import res_users
from .playbooks import res_partner_playbooks
from .value import res_partner_profile
from .value import res_partner_credit
from .playbooks import customer_segmentation_profile_playbooks
from .value import customer_segmentation_profile_satisfaction
from .profile import customer_segmentation_profile_lists
from .profile import customer_sheet
from .rhythm import customer_sheet as rhythm_sheet
from .prediction import customer_sheet as prediction_sheet
from .tiers import customer_sheet as tiers_sheet
from .documents import customer_sheet as documents_sheet
from .playbooks import customer_sheet as playbooks_sheet
from .value import customer_sheet as value_sheet
from .playbooks import res_users_playbooks
from .documents import sale_order
from .purchases import sale_order_first_date
from .tiers import sale_order_benefits
from .documents import sale_order_engine_fields
from .value import sale_order_credit
from .documents import sale_order_delivery
from .documents import sale_report
from .segments import customer_segment_scheme_shared
