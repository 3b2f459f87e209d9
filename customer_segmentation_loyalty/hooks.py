"""What is left of promotions when the addon goes."""

import logging

_logger = logging.getLogger(__name__)


def uninstall_hook(env):
    """Nobody would be asked for a tier any more: promotions that were limited rest, instead of being everybody's."""
    limited = env["loyalty.program"]._limited().filtered("active")
    limited.action_archive()
    if limited:
        _logger.info("Archived, because nothing limits them any more: %s", ", ".join(limited.mapped("name")))
