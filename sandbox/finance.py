"""Answers /finance.xro/1.0/CashValidation: what the bank says of every account, and how many statement lines nobody has coded.

Only a token with `finance.cashvalidation.read` gets through; to any other the gateway says what it says to every
missing scope. Other paths of the Finance API are not there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from .gateway.chain import Sandbox
from .gateway.shelf import ledger_of
from .ledgers.ledger import Ledger
from .ledgers.statements import Statement

PATH = "/finance.xro/1.0"
SCOPES = ("finance.cashvalidation.read",)


class NotADay(ValueError):
    pass


def _day(asked: dict[str, str], name: str) -> date | None:
    text = asked.get(name.lower())
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotADay(f"Invalid {name}: '{text}'") from error


def _money(cents: int) -> float:
    return cents / 100


def _average_age(lines: Sequence[tuple[str, int]], on: date) -> float:
    ages = [(on - date.fromisoformat(day)).days for day, _ in lines]
    return round(sum(ages) / len(ages), 6) if ages else 0.0


def _statement(one: Statement, on: date, held: int, currency: str) -> dict[str, Any]:
    into = [(day, cents) for day, cents in one.uncoded if cents >= 0]
    out = [(day, cents) for day, cents in one.uncoded if cents < 0]
    coded = one.cents - sum(cents for _, cents in one.uncoded)
    plus, minus = max(one.cents, 0), min(one.cents, 0)
    days = [day for day, _ in one.uncoded]
    lines: dict[str, Any] = {
        "unreconciledAmountPos": _money(sum(cents for _, cents in into)),
        "unreconciledAmountNeg": _money(sum(cents for _, cents in out)),
        "unreconciledLines": len(one.uncoded),
        "avgDaysUnreconciledPos": _average_age(into, on),
        "avgDaysUnreconciledNeg": _average_age(out, on),
        **({"earliestUnreconciledTransaction": min(days), "latestUnreconciledTransaction": max(days)} if days else {}),
        "deletedAmount": 0.0,
        "totalAmount": _money(one.cents),
        "dataSource": {
            f"{source}{side}": _money(amount if source == "directBankFeed" else 0)
            for side, amount in (("", one.cents), ("Pos", plus), ("Neg", minus))
            for source in ("directBankFeed", "fileUpload", "manual", "other")
        },
        **(
            {"earliestReconciledTransaction": one.oldest, "latestReconciledTransaction": one.newest} if one.oldest else {}
        ),
        "reconciledAmountPos": _money(max(coded, 0)),
        "reconciledAmountNeg": _money(min(coded, 0)),
        "reconciledLines": one.coded,
        "totalAmountPos": _money(plus),
        "totalAmountNeg": _money(minus),
    }
    return {
        "accountId": one.account_id,
        "statementBalance": {"value": _money(abs(one.cents)), "type": "DEBIT" if one.cents >= 0 else "CREDIT"},
        "statementBalanceDate": one.date.isoformat(),
        "bankStatement": {
            "statementLines": lines,
            "currentStatement": {
                "startDate": (one.date - timedelta(days=1)).isoformat(),
                "endDate": one.date.isoformat(),
                "startBalance": _money(one.cents),
                "endBalance": _money(one.cents),
                "importedDateTimeUtc": f"{one.date.isoformat()}T18:05:00.3Z",
                "importSourceType": "Manual",
            },
        },
        "cashAccount": {
            "unreconciledAmountPos": 0.0,
            "unreconciledAmountNeg": 0.0,
            "startingBalance": 0.0,
            "accountBalance": _money(held),
            "balanceCurrency": currency,
        },
    }


def _all(ledger: Ledger, tenant_id: str, on: date, since: date | None) -> list[dict[str, Any]]:
    currency = (ledger.document("Organisations", tenant_id) or {})["BaseCurrency"]
    held = {one.account_id: one.year_to_date for one in ledger.trial_balance(on)}
    return [
        _statement(one, on, held.get(one.account_id, 0), currency)
        for one in ledger.statements(on, since)
    ]


def mount(app: Starlette, sandbox: Sandbox) -> None:
    async def answer(request: Request) -> Response:
        known = request.path_params["rest"].lower() == "cashvalidation"
        async with sandbox.gateway.enter(request, scopes=SCOPES if known else ()) as passed:
            if not known:
                return PlainTextResponse("The resource you're looking for cannot be found", 404)
            asked = {name.lower(): value for name, value in request.query_params.items()}
            try:
                # A day of entering says nothing here: everything was entered on its own day.
                on, since, _ = (_day(asked, name) for name in ("balanceDate", "beginDate", "asAtSystemDate"))
            except NotADay as wrong:
                problem = {"type": "invalid-request", "title": "InvalidRequest", "status": 400, "detail": str(wrong)}
                return JSONResponse(problem, 400)
            ledger = await ledger_of(sandbox, passed.tenant_id)
            today = date.fromisoformat(ledger.truth()["today"])
            return JSONResponse(await asyncio.to_thread(_all, ledger, passed.tenant_id, on or today, since))

    app.add_route(PATH + "/{rest:path}", answer, methods=["GET"])
