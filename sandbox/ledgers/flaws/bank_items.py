"""Puts single items on a bank account that only flaws use: money received from somebody whose sales are coded so anyway."""

from ..bank import cash
from ..books import Account, Books
from ..text import quoted


def receive(books: Books, bank: Account, day: int, cents: int, *, reconciled: bool = True) -> tuple[str, int]:
    """Its id and its amount, which is raised where it could be taken for a duplicate."""
    some = [one for one in books.customers if one.worth == 1]
    customer = some[bank.index % len(some)]
    assert customer.sells is not None
    text = quoted(f"Takings, {bank.name}")
    return cash(books, True, customer, day, customer.sells, cents, text, bank=bank, reconciled=reconciled)


def receive_lately(books: Books, bank: Account, day: int, cents: int) -> None:
    """What lies after the period's end is nobody's task yet, so it is not reconciled."""
    receive(books, bank, day, cents, reconciled=day <= books.period_end)
