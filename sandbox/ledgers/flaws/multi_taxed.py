"""Adds contacts now and then taxed otherwise; beside them one too often for a slip, one with too few lines, and one on either side."""

from ..books import Account, Contact
from ..contacts import Maker
from .papers import bill, is_roomy, recent

CHECK = "DQ08"


def _taxed(maker: Maker, usual: Account, slip: Account, often: int, seldom: int, *, sale: bool = False) -> Contact:
    """So many lines with either tax, all on one account."""
    books = maker.books
    one = maker.business()
    accounts = [slip] * seldom + [usual] * often
    for at in range(0, len(accounts), 5):
        coded = [(account, 2_100 + 100 * (at + place)) for place, account in enumerate(accounts[at : at + 5])]
        bill(books, one, recent(books, at), coded, sale=sale)
    one.sells, one.buys = (usual, None) if sale else (None, usual)
    return one


def plant(maker: Maker) -> None:
    books = maker.books
    if not books.organisation.pays_tax:
        return
    bought, sold = books.by_code["461"], books.by_code["200"]
    free, unsold = books.taxed(bought, "exempt_buy"), books.taxed(sold, "exempt_sale")
    for at in range(min(books.many(CHECK, 0.003), 50)):
        sale = at % 3 == 2
        often, seldom = ((3, 1), (7, 3), (12, 2))[at % 3]
        one = _taxed(maker, sold if sale else bought, unsold if sale else free, often, seldom, sale=sale)
        books.plant(CHECK, key=f"{one.id}:{'sales' if sale else 'purchases'}")
    if not is_roomy(books):
        return
    for often, seldom in ((2, 1), (9, 4)):
        books.spare(CHECK, f"{_taxed(maker, bought, free, often, seldom).id}:purchases")
    both = _taxed(maker, bought, free, 4, 0)
    for at in range(4):
        bill(books, both, recent(books, at + 1), [(unsold, 3_000 + 100 * at)], sale=True)
    both.sells = unsold
    for side in ("sales", "purchases"):
        books.spare(CHECK, f"{both.id}:{side}")
