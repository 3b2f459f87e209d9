{
    "name": "Customer Segmentation: Groups",
    "summary": "Groups of customers by conditions or by hand, look-alikes, natural groups, and product categories as "
    "filters; needs SciPy",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Segmentation Contributors",
    "license": "LGPL-3",
    "depends": ["customer_segmentation"],
    "external_dependencies": {"python": ["scipy"]},
    "data": [
        "security/ir.model.access.csv",
        "security/customer_segmentation_groups_rules.xml",
        "data/customer_segmentation_group.xml",
        "views/res_partner_categories_views.xml",
        "views/customer_segmentation_group_views.xml",
        "views/customer_segmentation_discovery_views.xml",
        "views/menus.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}
