from . import customer_playbook
