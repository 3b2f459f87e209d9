{
    "name": "Customer Segmentation: Surveys",
    "summary": "Playbooks offer salespeople a survey to send to the customer",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Segmentation Contributors",
    "license": "LGPL-3",
    "depends": ["customer_segmentation", "survey"],
    "auto_install": True,
    "data": ["views/customer_playbook_views.xml"],
}
