{
    "name": "Customer Segmentation: Demo",
    "summary": "A music shop with 18 months of scored purchases to click through; needs a new database without data",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Segmentation Contributors",
    "license": "LGPL-3",
    "depends": [
        "customer_segmentation",
        "customer_segmentation_intent",
        "customer_segmentation_preview",
        "sale_management",
        "sale_crm",
        "sale_margin",
        "account",
        "calendar",
    ],
    "post_init_hook": "post_init_hook",
}
