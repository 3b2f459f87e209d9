from . import customer_playbook
from . import customer_playbook_action
from . import customer_playbook_words
from . import customer_satisfaction_rating
from . import customer_satisfaction_request
from . import customer_segmentation_failure
from . import customer_segmentation_policy
from . import survey_user_input
