"""The tables of rights of what the glue addons add; `tests/addon/test_rights_table.py` says how to read them."""

from pathlib import Path

from ..addon import test_rights_table as shared


class TestRights(shared.TestRights):
    folder = Path(__file__).parent
    addon = "customer_segmentation_"
