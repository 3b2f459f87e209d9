{
    "name": "Customer Segmentation: Coverage",
    "summary": "Effort against value, who should own which customer, whom nobody calls any more, and the tier report",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Segmentation Contributors",
    "license": "LGPL-3",
    "depends": ["customer_segmentation"],
    "data": [
        "security/ir.model.access.csv",
        "security/customer_segmentation_coverage_rules.xml",
        "views/customer_segmentation_allocation_views.xml",
        "views/customer_follow_up_views.xml",
        "views/customer_segmentation_effort_views.xml",
        "views/customer_tier_report_views.xml",
        "report/tier_report_templates.xml",
        "views/menus.xml",
    ],
}
