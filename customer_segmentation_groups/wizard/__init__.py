from . import customer_segmentation_group_add
from . import customer_segmentation_group_look_alike
from . import customer_segmentation_discovery
