from .access import customer_guarded
from .access import customer_audience
from .access import customer_condition
from .access import customer_query
from .access import customer_segmentation_answers
from .access import customer_shared
from .policy import customer_rule_child
from .purchases import customer_document_row
from .purchases import customer_purchase_document
from .purchases import customer_purchase_source
from .purchases import customer_purchase_order_source
from .purchases import customer_purchase_invoice_source
from .purchases import customer_purchase_import_source
from .purchases import customer_purchase_category
from .purchases import customer_purchase_sums
from .purchases import sale_order as purchases_sale_order
from .purchases import account_move
from .purchases import account_move_line
from .purchases import sale_order_line
from .profile import customer_badges
from .profile import customer_activities
from .profile import customer_activity_target
from .profile import customer_row
from .purchases import customer_transaction
from .profile import customer_interaction
from .profile import customer_interaction_summary
from .purchases import customer_imported_purchase
from .segments import customer_segment_scheme
from .segments import customer_segment
from .segments import customer_segment_range
from .segments import customer_segment_scheme_rules
from .run import customer_segmentation_measure
from .run import customer_segmentation_engine
from .rhythm import customer_segmentation_engine as rhythm_engine
from .profile import customer_segmentation_engine as profile_engine
from .tiers import customer_segmentation_engine as tiers_engine
from .tiers import customer_tier
from .tiers import customer_tier_criterion
from .tiers import customer_tier_ladder
from .tiers import customer_tier_outlook
from .tiers import customer_tier_decision
from .tiers import customer_tier_review
from .tiers import customer_tier_service
from .policy import customer_segmentation_policy
from .tiers import customer_segmentation_policy as tiers_policy
from .policy import customer_segmentation_health
from .rhythm import customer_segmentation_policy as rhythm_policy
from .policy import customer_segmentation_rest
from .run import customer_segmentation_failure
from .run import customer_segmentation_lock
from .run import customer_segmentation_recompute
from .run import customer_segmentation_run
from .run import customer_segmentation_limits
from .policy import customer_segmentation_rules
from .policy import customer_segmentation_policy_version
from .run import customer_segmentation_staging
from .profile import customer_segmentation_profile
from .profile import customer_segmentation_writer
from .profile import customer_segmentation_reader
from .profile import customer_segmentation_share
from .profile import customer_segmentation_potential
from .profile import customer_order_age
from .profile import customer_segmentation_stake
from .profile import customer_segmentation_explanation
from .tiers import customer_segmentation_profile as tiers_profile
from .rhythm import customer_segmentation_profile as rhythm_profile
from .rhythm import customer_segmentation_rhythm
from .rhythm import customer_segmentation_rhythm_words
from .rhythm import customer_purchase_timeline
from .privacy import customer_segmentation_exclusion
from .privacy import customer_segmentation_removal
from .privacy import customer_segmentation_policy as privacy_policy
from .privacy import customer_segmentation_retention
from .profile import customer_segmentation_change
from .profile import customer_segmentation_transition
from .run import customer_segmentation_queue
from .profile import customer_segmentation_mixin
from .playbooks import customer_churn_reason
from .playbooks import customer_holiday
from .playbooks import customer_segmentation_policy as playbooks_policy
from .playbooks import customer_playbook
from .playbooks import customer_playbook_trigger
from .playbooks import customer_playbook_entrance
from .playbooks import customer_playbook_consistency
from .playbooks import customer_playbook_responsible
from .playbooks import customer_playbook_text
from .playbooks import customer_playbook_words
from .playbooks import customer_playbook_action
from .playbooks import customer_playbook_engine
from .playbooks import customer_playbook_report
from .playbooks import customer_playbook_entry
from .playbooks import customer_playbook_state
from .playbooks import customer_playbook_result
from .desk import customer_segmentation_policy as desk_policy
from .desk import customer_desk_row
from .desk import customer_desk_candidates
from .desk import customer_desk_reason
from .desk import customer_desk_outcome
from .desk import customer_desk_follow_up
from .desk import customer_desk_sheet
from .desk import customer_desk
from .desk import customer_desk_team
from .desk import customer_playbook_entry as desk_playbook_entry
from .playbooks import mail_activity
from .playbooks import mail_activity_plan
from .playbooks import mail_activity_type
from .playbooks import mail_activity_schedule
from .documents import crm_lead
from .policy import res_company
from .policy import res_config_settings
from .documents import res_partner
from .access import customer_company_condition
from .rhythm import res_partner as rhythm_partner
from .privacy import res_partner_exclusion
from .documents import res_users
from .playbooks import res_partner as playbooks_partner
from .playbooks import customer_segmentation_profile as playbooks_profile
from .profile import customer_sheet
from .rhythm import customer_sheet as rhythm_sheet
from .tiers import customer_sheet as tiers_sheet
from .documents import customer_sheet as documents_sheet
from .playbooks import customer_sheet as playbooks_sheet
from .playbooks import res_users as playbooks_users
from .desk import res_users as desk_users
from .documents import sale_order
from .tiers import sale_order as tiers_sale_order
from .documents import sale_order_engine_fields
from .documents import sale_order_delivery
from .documents import sale_report
from .reports import customer_segmentation_report
from .reports import res_partner as reports_partner
