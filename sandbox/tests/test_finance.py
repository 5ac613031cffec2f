"""What the bank says, over the Finance API: its bodies, its scope, and that statements disagree with the books where it was planted."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from ..ledgers.truth import truth
from ..world.organisations import organisations
from .reading import TODAY, Api, api, cents, everything, sized
from .test_books import amount, rows_of
from .test_truth import unreconciled

END = date(2026, 10, 31)
SCOPE = "finance.cashvalidation.read"
SOME = [(1, 60), (1, 900), (1, 9_000), (2, 250), (2, 5_000), (7, 120), (7, 600)]


async def cash_validation(reader: Api, **query: str) -> httpx.Response:
    return await reader.http.get("/finance.xro/1.0/CashValidation", params=query, headers=reader.headers)


def row_of(one: dict[str, Any]) -> dict[str, Any]:
    """What a reader makes of it: the balance with its sign, the lines nobody has coded, the earliest of them."""
    balance, lines = one["statementBalance"], one["bankStatement"]["statementLines"]
    return {
        "kind": "statement",
        "account_id": one["accountId"],
        "date": one["statementBalanceDate"],
        "cents": cents(balance["value"]) * (1 if balance["type"] == "DEBIT" else -1),
        "lines": lines["unreconciledLines"],
        "earliest": lines.get("earliestUnreconciledTransaction"),
    }


@cache
def schema() -> tuple[dict[str, Any], Registry[Any]]:
    def absolute(part: Any) -> Any:
        if isinstance(part, dict):
            return {k: f"urn:finance{v}" if k == "$ref" else absolute(v) for k, v in part.items() if k != "example"}
        return [absolute(one) for one in part] if isinstance(part, list) else part

    spec = absolute(yaml.safe_load((Path(__file__).parent / "published" / "xero-finance.yaml").read_text()))
    found = spec["paths"]["/CashValidation"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return found, Registry().with_resource("urn:finance", DRAFT4.create_resource(spec))


@pytest.mark.parametrize(("seed", "wanted"), SOME)
async def test_statements_say_what_the_truth_says(folder: Path, seed: int, wanted: int) -> None:
    organisation = sized(seed, wanted)
    told = truth(seed, organisation.tenant_id, TODAY, folder / f"seed{seed}")
    flaws = told["flaws"]
    async with api(folder, organisation, seed, scope=SCOPE) as reader:
        bodies = [(await cash_validation(reader, balanceDate=END.isoformat())).json(), (await cash_validation(reader)).json()]
        report = (await reader.get("Reports/TrialBalance", date=END.isoformat())).json()["Reports"][0]
    errors = list(Draft4Validator(schema()[0], registry=schema()[1]).iter_errors(bodies[0]))
    assert not errors, errors[0]
    read = [row_of(one) for body in bodies for one in body]
    stated = [row for row in told["stated"] if row["kind"] == "statement"]
    assert all(row in stated for row in read)
    assert all(row in read for row in stated)

    books = await everything(folder, organisation, seed)
    active = {one["AccountID"] for one in books["Accounts"] if one["Type"] == "BANK" and one["Status"] == "ACTIVE"}
    assert {row["account_id"] for row in read} == active

    # DQ02
    latest = {row["account_id"]: row for row in sorted(read, key=lambda row: str(row["date"]))}
    left = {key: (row["lines"], row["earliest"]) for key, row in latest.items() if row["lines"]}
    assert left == {issue["key"]: (issue["count"], issue["date"]) for issue in flaws["DQ02"]["issues"]}
    assert flaws["DQ02"]["n"] == sum(count for count, _ in left.values())
    open_, among = unreconciled(books)
    assert flaws["DQ02"]["N"] == flaws["DQ02"]["n"] + among - len(open_)
    assert flaws["DQ02"]["oldest"] == min((day for _, day in left.values()), default=None)

    # DQ03
    held = {
        cells[0]["Attributes"][0]["Value"]: amount(cells[3]["Value"]) - amount(cells[4]["Value"])
        for cells in rows_of(report)
    }
    then = {row["account_id"]: row["cents"] for row in read if row["date"] == END.isoformat()}
    wrong = {f"{key}:{END}" for key, said in then.items() if abs(held.get(key, 0) - said) > 1}
    assert (wrong, len(then)) == ({issue["key"] for issue in flaws["DQ03"]["issues"]}, flaws["DQ03"]["N"])

    # DQ39
    filed = [row["cents"] for row in told["stated"] if row["kind"] == "tax_filed" and row["date"] == END.isoformat()]
    tax = next(one["AccountID"] for one in books["Accounts"] if one.get("SystemAccount") == "GST")
    assert flaws["DQ39"]["state"] == ("evaluated" if filed else "not_applicable")
    off = [abs(held.get(tax, 0) + owed) for owed in filed]
    assert [x for x in off if x > 1] == [issue["cents"] for issue in flaws["DQ39"]["issues"]]

    for check in ("DQ02", "DQ03", "DQ39"):
        keys = {issue["key"] for issue in flaws[check]["issues"]}
        assert set(flaws[check]["planted"]) <= keys, check
        assert not set(flaws[check]["near"]) & keys, check


@pytest.mark.parametrize("seed", [1, 2, 7])
def test_each_is_planted_beside_its_near_miss(folder: Path, seed: int) -> None:
    flaws = [
        truth(seed, one.tenant_id, TODAY, folder / f"seed{seed}")["flaws"]
        for one in organisations(seed)[:60]
        if one.documents < 20_000
    ]
    for check in ("DQ02", "DQ03", "DQ39"):
        assert any(one[check]["planted"] for one in flaws)
        assert any(one[check]["near"] for one in flaws)
        assert any(one[check]["n"] == 0 for one in flaws)
    assert 2 in {abs(issue["cents"]) for one in flaws for issue in one["DQ03"]["issues"]}
    assert 2 in {issue["cents"] for one in flaws for issue in one["DQ39"]["issues"]}


async def test_without_the_scope_nobody_gets_in(folder: Path) -> None:
    async with api(folder, sized(1, 250)) as reader:
        answer = await cash_validation(reader)
    assert (answer.status_code, answer.json()["Detail"]) == (401, "AuthorizationUnsuccessful")


async def test_what_it_does_not_understand(folder: Path) -> None:
    async with api(folder, sized(1, 250), scope=SCOPE) as reader:
        answer = await cash_validation(reader, balanceDate="2020-01")
        assert (answer.status_code, answer.json()["detail"]) == (400, "Invalid balanceDate: '2020-01'")
        other = await reader.http.get("/finance.xro/1.0/FinancialStatements/BalanceSheet", headers=reader.headers)
        assert other.status_code == 404
        early = (await cash_validation(reader, balanceDate="2024-06-30")).json()
        assert {one["statementBalanceDate"] for one in early} == {"2024-06-30"}
