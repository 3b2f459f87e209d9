"""What may be kept as JSON of what a report says: numbers and words, no records and nothing that is looked up again."""

import math
from datetime import date

from odoo.models import BaseModel

LEFT_OUT = ("domain", "domains", "opens")  # what opens a list as it is today, whatever stands before


def plain(value):
    """Dictionaries, lists, texts and numbers; days as ISO texts, no records, no domains, no number without value."""
    if isinstance(value, dict):
        return {
            key: plain(item)
            for key, item in value.items()
            if str(key).rpartition("_")[2] not in LEFT_OUT and not isinstance(item, BaseModel)
        }
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value if not isinstance(item, BaseModel)]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, date) else value
