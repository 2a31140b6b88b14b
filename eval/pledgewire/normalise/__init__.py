"""Bring names, numbers, units, quantities and dates to one form, and find them in text.

The grammar is our own: a tokeniser, closed word lists (`vocabulary`), and readers that go from left
to right in linear time. Source: annotations/GUIDELINES.md F1 to F5.
"""

from pledgewire.normalise.dates import FoundDate, find_dates
from pledgewire.normalise.edtf import EdtfDate, compare_dates, is_edtf, parse_edtf
from pledgewire.normalise.names import fold_name
from pledgewire.normalise.numbers import orders_of_magnitude, parse_number, same_number
from pledgewire.normalise.quantities import (
    FoundQuantity,
    Quantity,
    find_quantities,
    parse_quantity,
)
from pledgewire.normalise.units import UNITS_OF, normalise_unit

__all__ = [
    "UNITS_OF",
    "EdtfDate",
    "FoundDate",
    "FoundQuantity",
    "Quantity",
    "compare_dates",
    "find_dates",
    "find_quantities",
    "fold_name",
    "is_edtf",
    "normalise_unit",
    "orders_of_magnitude",
    "parse_edtf",
    "parse_number",
    "parse_quantity",
    "same_number",
]
