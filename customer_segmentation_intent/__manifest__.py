{
    "name": "Customer Segmentation: Intent",
    "summary": "What a lead means to do, the next step that follows, the sales state of customers, and product gaps",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Segmentation Contributors",
    "license": "LGPL-3",
    "depends": ["customer_segmentation"],
    "data": [
        "security/ir.model.access.csv",
        "data/customer_intent_step.xml",
        "views/customer_intent_views.xml",
        "views/res_partner_views.xml",
        "views/menus.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}
