from . import customer_portrait
