from .load import post_init_hook
