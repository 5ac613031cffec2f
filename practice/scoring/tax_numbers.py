"""Tells tax numbers whose check digits are right from those that were mistyped, by country."""

import re
from dataclasses import dataclass

from stdnum.au import abn
from stdnum.gb import vat
from stdnum.nz import ird


@dataclass(frozen=True, slots=True)
class TaxNumber:
    """What a country calls its tax number, and what one looks like."""

    name: str
    looks_like: str


KNOWN = {
    "AU": TaxNumber("ABN", "11 digits"),
    "NZ": TaxNumber("IRD number", "8 or 9 digits"),
    "GB": TaxNumber("VAT number", "9 digits, or 12 with those of a branch"),
}
"""The countries whose numbers can be checked without asking a register."""


def is_valid(number: str, country: str) -> bool:
    """Whether the check digits are right; spaces, dots and dashes do not matter. Raises KeyError for other countries."""
    bare = re.sub(r"[\s.\-\u2010-\u2015]", "", number).upper()
    return {"AU": abn.is_valid, "NZ": ird.is_valid, "GB": _is_vat}[country](bare)


def _is_vat(number: str) -> bool:
    # The library also lets a third remainder pass, which no published rule gives; its arithmetic is what is wanted here.
    number = number.removeprefix("GB")
    if len(number) in (9, 12) and number.isascii() and number.isdigit():
        return vat.checksum(number[:9]) in (0, 42)
    # Government departments and health authorities have five characters, and no check digits.
    return len(number) == 5 and vat.is_valid(number)
