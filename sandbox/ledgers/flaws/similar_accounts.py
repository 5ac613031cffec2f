"""Opens accounts that are somebody else's twin but for a letter; beside them names a digit apart, another class, an archived one."""

from collections.abc import Sequence

from ..accounts import extra_account
from ..books import Account
from ..contacts import Maker
from ..count_flaws import key_of
from .papers import bill, is_roomy

CHECK = "DQ32"
TWINS = (
    ("461", ("Printing and Stationery",)),
    ("449", ("Motor Vehicle Expense", "Motor Vehicles Expenses")),
    ("473", ("Repairs & Maintenance",)),
    ("489", ("Telephone and Internets",)),
)


def _used(maker: Maker, accounts: Sequence[Account]) -> None:
    """Dealt with once each, long enough ago to weigh on nothing else."""
    books = maker.books
    for account in accounts:
        bill(books, maker.business(), books.period_start - 30, [(account, 4_400)])


def plant(maker: Maker) -> None:
    books = maker.books
    count = round(books.neglect * len(TWINS)) if books.neglect > 0.3 else 0
    for at, (code, names) in enumerate(TWINS[:count]):
        first = books.by_code[code]
        twins = [extra_account(books, f"57{at}{place}", name) for place, name in enumerate(names)]
        _used(maker, [first, *twins])
        books.plant(CHECK, key=key_of(one.id for one in (first, *twins)))
    if not is_roomy(books):
        return
    for names in (("Warehouse 12 Running Costs", "Warehouse 13 Running Costs"), ("Boles Lease", "Coles Lease")):
        pair = [extra_account(books, f"56{len(books.accounts)}", name) for name in names]
        _used(maker, pair)
        books.spare(CHECK, key_of(one.id for one in pair))
    asset = extra_account(books, "566", "Subcontractor", kind="CURRENT", reporting="ASS.CUR")
    gone = extra_account(books, "567", "Freight and Courier", status="ARCHIVED")
    _used(maker, [asset, gone])
    books.spare(CHECK, key_of((asset.id, books.by_code["320"].id)))
    books.spare(CHECK, key_of((gone.id, books.by_code["425"].id)))
