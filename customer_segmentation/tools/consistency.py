"""What one finding of the consistency guard says."""

from typing import Any, NamedTuple


class Contradiction(NamedTuple):
    """Two things managers set that do not go together.

    sentence: what contradicts, and what is done about it where the answer is clear
    record: where a manager changes it
    """

    sentence: str
    record: Any
