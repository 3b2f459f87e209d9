from . import customer_segmentation_preview
from . import customer_segmentation_setup
