"""Leaves sales invoices unpaid for more than three months; one on long terms is as old but not late."""

from ..contacts import Maker
from . import old_debts

CHECK = "DQ21"


def plant(maker: Maker) -> None:
    old_debts.plant(maker, CHECK, sale=True)
