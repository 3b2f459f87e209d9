{
    "name": "Customer Segmentation: Preview",
    "summary": "Drafts of the rules: who would move and what it would start, before anybody is scored by them",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Segmentation Contributors",
    "license": "LGPL-3",
    "depends": ["customer_segmentation"],
    "data": [
        "security/ir.model.access.csv",
        "views/customer_segmentation_policy_draft_views.xml",
        "wizard/customer_segmentation_preview_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["customer_segmentation_preview/static/src/**/*"],
        "web.assets_tests": ["customer_segmentation_preview/static/tests/tours/**/*"],
    },
    "uninstall_hook": "uninstall_hook",
}
