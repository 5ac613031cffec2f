"""Claims tax on entertaining, postage and travel abroad; beside it travel at home and entertaining without a claim."""

from ..accounts import extra_account
from ..contacts import Maker
from .papers import bill, is_roomy, spent

CHECK = "DQ36"
ACCOUNTS = (
    ("420", "Staff Functions", "EXP.ADM.ENT"),
    ("421", "Client Entertaining", "EXP.ADM"),
    ("422", "Postage", "EXP.ADM"),
    ("494", "Travel - International", "EXP.TRA.INT"),
)


def plant(maker: Maker) -> None:
    books = maker.books
    wanted = min(books.many(CHECK, 0.0015), 40)
    if wanted == 0 or not books.organisation.pays_tax:
        return
    plain = [extra_account(books, *one[:2], reporting=one[2]) for one in ACCOUNTS]
    for at in range(wanted):
        account = books.taxed(plain[at % 4], "buy")
        day = books.period_end - 8 - (at * 29) % 340
        one = maker.business()
        if at % 4 == 1:
            key = spent(books, one, day, account, 3_000 + 100 * at)
        else:
            key = bill(books, one, day, [(account, 3_000 + 100 * at)] * (1 + at % 2)).id
        books.plant(CHECK, key=key)
    if not is_roomy(books):
        return
    day = books.period_end - 18
    hired = books.taxed(extra_account(books, "423", "Hire of Entertainers"), "buy")
    sounds = books.taxed(extra_account(books, "424", "International Freight, Travel Time"), "buy")
    for account in (plain[0], plain[3], books.by_code["493"], hired, sounds):
        books.spare(CHECK, bill(books, maker.business(), day, [(account, 3_900)]).id)
    claimed = books.taxed(plain[1], "buy")
    books.spare(CHECK, bill(books, maker.business(), books.period_start - 3, [(claimed, 3_800)]).id)
    books.spare(CHECK, bill(books, maker.business(), day, [(claimed, 3_700)], status="VOIDED").id)
