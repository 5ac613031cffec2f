"""Pays two suppliers to one bank account; beside them two with the same five digits, which name no account, and an archived one."""

from ...world import numbers
from ..contacts import Maker
from ..count_flaws import key_of
from .papers import is_roomy

CHECK = "DQ44"


def plant(maker: Maker) -> None:
    books = maker.books
    for at in range(min(books.many(CHECK, 0.0012), 20)):
        some = [maker.business() for _ in range(3 if at % 3 == 2 else 2)]
        number = maker.new_number(numbers.bank_account)
        digits = "".join(sign for sign in number if sign.isdigit())
        for one, way in zip(some, (number, digits, f" {digits[:4]} {digits[4:]} "), strict=False):
            one.bank = way
        ids = [one.id for one in some]
        books.plant(CHECK, key=f"shared:{key_of(ids)}")
        books.plant("DQ06", ids=ids)
    if is_roomy(books):
        short = [maker.business(), maker.business()]
        for one, way in zip(short, ("1-2345", "12345"), strict=True):
            one.bank = way
        books.plant("DQ06", ids=[one.id for one in short])
        kept, gone = maker.business(), maker.business()
        kept.bank = gone.bank = maker.new_number(numbers.bank_account)
        gone.status = "ARCHIVED"
        for pair in (short, (kept, gone)):
            books.spare(CHECK, f"shared:{key_of(one.id for one in pair)}")
