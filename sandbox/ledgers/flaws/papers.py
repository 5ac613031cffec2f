"""Writes the plain documents that most flaws are made of: so many cents on an account, paid a few days later."""

from collections.abc import Sequence

from ..bank import cash
from ..books import Account, Books, Contact
from ..contacts import FOREIGN, Maker
from ..invoices import Line, Settlement, Written, invoice
from ..text import quoted

Coded = Sequence[tuple[Account, int]]


def bill(
    books: Books,
    contact: Contact,
    day: int,
    coded: Coded,
    *,
    sale: bool = False,
    paid: bool = True,
    status: str = "AUTHORISED",
    exact: bool = False,
    attached: bool | None = True,
) -> Written:
    """A bill, or a sales invoice; an unpaid one falls due in a month. With `exact` nothing may raise the price by a little."""
    lines = [Line(account, 1, cents, quoted(account.name)) for account, cents in coded]
    settled = paid and status == "AUTHORISED"
    later = min(day + 9, max(day, books.period_end), books.today)
    return invoice(
        books,
        sale,
        contact,
        day,
        lines,
        due=day + 14 if settled else day + 30,
        status=status,
        settlements=[Settlement(later)] if settled else (),
        planted=exact,
        attached=attached,
    )


def spent(
    books: Books,
    contact: Contact,
    day: int,
    account: Account,
    cents: int,
    *,
    received: bool = False,
    exact: bool = False,
    status: str = "AUTHORISED",
    attached: bool | None = True,
) -> str:
    """Money spent, or received, straight from the bank; tax is inside the amount."""
    return cash(
        books,
        received,
        contact,
        day,
        account,
        cents,
        quoted(account.name),
        planted=exact,
        status=status,
        attached=attached,
    )[0]


def abroad(maker: Maker) -> Contact:
    """A supplier who is paid in francs, of which one is two of ours."""
    one = maker.business()
    one.currency, one.worth = FOREIGN[2]
    return one


def recent(books: Books, at: int) -> int:
    """A day of the last two months of the period, another for each number."""
    return books.period_end - 3 - (at * 7) % 50


def is_roomy(books: Books) -> bool:
    """Whether the organisation is large and untidy enough for a near miss of every kind."""
    return books.neglect > 0.1 and books.organisation.documents >= 400
