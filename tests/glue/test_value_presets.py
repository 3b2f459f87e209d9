"""The playbook that comes with satisfaction: off, usable as it is, and readable for a real customer."""

from ..addon.test_playbook_presets import PresetCase, PresetChecks


class TestSatisfactionPreset(PresetChecks, PresetCase):
    addon, names = "customer_segmentation_value", ("dissatisfied",)
