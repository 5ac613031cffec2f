"""Xero's Finance API, the reading side: what the bank says of each account, and how many statement lines nobody has coded.

No other API of Xero's tells of statement lines. Xero lets an app ask for it only after an assessment of its security.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from practice.providers.base import PulledPage, Resource
from practice.providers.problems import BadAnswer
from practice.providers.xero import accounting_shapes as shapes

CASH_VALIDATION = Resource(
    "cash_validation", "Bank statements", False, False, dated=True, scope="finance.cashvalidation.read", calls=2
)
PATH = "finance.xro/1.0/CashValidation"

Ask = Callable[[str, dict[str, str]], Awaitable[Any]]


async def pull_statements(ask: Ask, *, on: date | None) -> PulledPage:
    """As of now, for the lines that wait; and as of that day, for the balance to compare with the books'."""
    asked: list[dict[str, str]] = [{"balanceDate": on.isoformat()}] if on else []
    rows: list[shapes.Row] = []
    aside: list[dict[str, str | None]] = []
    items = 0
    for params in (*asked, {}):
        body = await ask(PATH, params)
        if not isinstance(body, list):
            raise BadAnswer(reason="CashValidation is not a list")
        read, wrong = shapes.read_rows([one for one in body if _has_statement(one)], _statement)
        rows, aside, items = rows + read, aside + wrong, items + len(body)
    return PulledPage(
        resource=CASH_VALIDATION.key, rows=rows, page=1, page_count=1, item_count=items, calls=len(asked) + 1,
        quarantined=aside,
    )  # fmt: skip


def _has_statement(one: Any) -> bool:
    """An account into which no statement was ever imported has no day of one."""
    return not isinstance(one, dict) or bool(one.get("statementBalanceDate"))


def _statement(row: shapes.Row) -> shapes.Row:
    balance, told = shapes.part(row, "statementBalance"), shapes.part(row, "bankStatement")
    side = balance.get("type")
    if side not in ("DEBIT", "CREDIT"):
        raise shapes.Malformed("the balance is neither a debit nor a credit")
    waiting = shapes.part(told, "statementLines")
    lines = shapes.whole(waiting.get("unreconciledLines"))
    if lines is not None and lines < 0:
        raise shapes.Malformed("lines are counted below zero")
    account_id = shapes.uid(row.get("accountId"), "accountId")
    # The value has no sign of its own; a debit is money in the bank.
    cents = shapes.cents(balance.get("value"), "statementBalance") * (1 if side == "DEBIT" else -1)
    return {
        "name": account_id,
        "account_id": account_id,
        "date": shapes.day(row["statementBalanceDate"]),
        "cents": cents,
        "lines": lines,
        "earliest": shapes.day(waiting.get("earliestUnreconciledTransaction")) if lines else None,
    }
