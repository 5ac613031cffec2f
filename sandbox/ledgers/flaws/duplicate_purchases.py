"""Enters bills and spent money twice; beside them the same total six days apart, a voided twin and another contact's."""

from ..contacts import Maker
from . import duplicates

CHECK = "DQ12"


def plant(maker: Maker) -> None:
    duplicates.plant(maker, CHECK, sale=False)
