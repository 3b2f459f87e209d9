"""What is computed, apart from Odoo: arrays in, arrays out, the day as an argument.

Import the modules one by one. This file imports none of them, so that an HTTP worker that only explains a score
(`explanation`, `knots`) loads neither pandas nor NumPy.
"""
