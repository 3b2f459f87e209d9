"""Pictures of screens, made where the environment variable CUSTOMER_SEGMENTATION_PICTURES names a folder.

CUSTOMER_SEGMENTATION_PICTURES=customer_segmentation/static/description bin/test tests/glue/test_pictures.py
"""

import binascii
import os
from pathlib import Path
from unittest.mock import patch

from odoo.tests.common import ChromeBrowser

FOLDER = os.environ.get("CUSTOMER_SEGMENTATION_PICTURES")


class PicturesMixin:
    def take_picture(self, name, path, ready, login):
        """Open a page, and when it is ready keep it as `name`.png; without a folder the page is opened all the same."""
        wait = ChromeBrowser._wait_code_ok

        def wait_and_keep(browser, *args, **kwargs):
            result = wait(browser, *args, **kwargs)
            picture = binascii.a2b_base64(browser._websocket_request("Page.captureScreenshot")["data"])
            self.assertGreater(len(picture), 10_000, "an empty page")
            if FOLDER:
                Path(FOLDER, f"{name}.png").write_bytes(picture)
            return result

        with patch.object(ChromeBrowser, "_wait_code_ok", wait_and_keep):
            self.browser_js(path, "setTimeout(() => console.log('test successful'), 1000)", ready, login=login)
