from . import customer_segmentation_exclude
