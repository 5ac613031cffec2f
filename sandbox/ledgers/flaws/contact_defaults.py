"""Leaves contacts that are always coded alike without a default; beside them one at 89 %, one with two documents, one with defaults."""

from ..books import Account, Contact
from ..contacts import Maker
from .papers import bill, is_roomy, recent

CHECK = "DQ09"


def _coded(maker: Maker, usual: Account, sale: bool, documents: int, often: int = 1, slips: int = 0) -> Contact:
    """So many documents of `often` lines on one account, the first with so many lines elsewhere."""
    books = maker.books
    one = maker.business()
    other = books.by_code["260" if sale else "429"]
    for at in range(documents):
        coded = [(usual, 2_000 + 300 * at + 100 * line) for line in range(often)]
        coded += [(other, 1_500 + 100 * line) for line in range(slips if at == 0 else 0)]
        bill(books, one, recent(books, at), coded, sale=sale)
    if sale:
        one.sells = usual
    else:
        one.buys = usual
    return one


def plant(maker: Maker) -> None:
    books = maker.books
    for at in range(min(books.many(CHECK, 0.002), 40)):
        sale = at % 2 == 1
        side = "sales" if sale else "purchases"
        one = _coded(maker, books.by_code["200" if sale else "461"], sale, 3)
        kinds = (("account", "tax"), ("account",), ("tax",))[at % 3]
        one.without = frozenset(f"{side}:{kind}" for kind in kinds)
        for kind in kinds:
            books.plant(CHECK, key=f"{one.id}:{side}:{kind}")
    if not is_roomy(books):
        return
    usual = books.by_code["461"]
    lacks = frozenset(("purchases:account",))
    # Nine of ten lines are 90 %, eight of nine 88.9 %; both are now and then coded elsewhere, too.
    for documents, often, is_enough in ((3, 3, True), (4, 2, False)):
        one = _coded(maker, usual, False, documents, often, slips=1)
        one.without = lacks
        books.plant("DQ07", contact_id=one.id, direction="purchases")
        if is_enough:
            books.plant(CHECK, key=f"{one.id}:purchases:account")
        else:
            books.spare(CHECK, f"{one.id}:purchases:account")
    seldom, well_kept = _coded(maker, usual, False, 2), _coded(maker, usual, False, 4)
    seldom.without, well_kept.without = lacks, frozenset(("sales:account",))
    for one in (seldom, well_kept):
        books.spare(CHECK, f"{one.id}:purchases:account")
    gone = _coded(maker, usual, False, 3)
    gone.status, gone.without = "ARCHIVED", lacks
    books.spare(CHECK, f"{gone.id}:purchases:account")
