{
    "name": "Customer Segmentation: Delivery Priority",
    "summary": "Deliveries to customers of the tiers you choose come first",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Segmentation Contributors",
    "license": "LGPL-3",
    "depends": ["customer_segmentation", "sale_stock"],
    "auto_install": True,
    "data": ["views/customer_tier_views.xml"],
}
