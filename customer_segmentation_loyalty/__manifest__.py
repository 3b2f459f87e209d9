{
    "name": "Customer Segmentation: Promotions, Gift Cards and eWallets",
    "summary": "Promotions for tiers and segments; an order paid by gift card or eWallet is worth its goods",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer Segmentation Contributors",
    "license": "LGPL-3",
    "depends": ["customer_segmentation", "sale_loyalty"],
    "auto_install": True,
    "data": ["views/loyalty_program_views.xml"],
    "uninstall_hook": "uninstall_hook",
}
