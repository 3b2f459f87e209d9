from . import customer_segmentation_preview
