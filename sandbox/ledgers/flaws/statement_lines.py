"""Leaves statement lines that nobody has coded; beside them accounts whose statements are coded to the last line."""

from ..contacts import Maker
from .statement_balances import statement_of, trading_banks

CHECK = "DQ02"


def plant(maker: Maker) -> None:
    """Every second time the lines sum to nothing, so that the balance agrees all the same."""
    books = maker.books
    rnd = books.stream(CHECK)
    banks = trading_banks(books)
    count = min(books.many(CHECK, 0.004), 2)
    reach = int(3 + books.neglect * 50)
    for at, bank in enumerate(banks):
        if at >= count:
            books.spare(CHECK, bank.id)
            continue
        many = 1 + rnd.randrange(1 + int(books.neglect * 14))
        lines = [(books.period_end - int(rnd.random() * reach), -rnd.randrange(900, 40_000)) for _ in range(many)]
        if at % 2 == 1:
            lines += [(lines[0][0], -sum(cents for _, cents in lines))]
        statement_of(books, bank)["lines"] = sorted((books.day_text(day), cents) for day, cents in lines)
        earliest = books.day_text(min(day for day, _ in lines))
        books.plant(CHECK, key=bank.id, count=len(lines), date=earliest)
