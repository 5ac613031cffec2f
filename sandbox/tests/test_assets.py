"""The asset register over its API: bodies, pages, scope, and that it disagrees with the ledger just where it was planted."""

from __future__ import annotations

from collections import defaultdict
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
from .reading import TODAY, Api, Document, api, cents, sized
from .test_books import amount, rows_of

SCOPE = "assets.read"
SOME = [(1, 60), (1, 900), (1, 9_000), (2, 250), (2, 5_000), (7, 120), (7, 600)]


async def ask(reader: Api, path: str, **query: str) -> httpx.Response:
    return await reader.http.get(f"/assets.xro/1.0/{path}", params=query, headers=reader.headers)


async def of_status(reader: Api, status: str) -> list[Document]:
    found: list[Document] = []
    while True:
        body = (await ask(reader, "Assets", status=status, page=str(len(found) // 2 + 1), pageSize="2")).json()
        found += body["items"]
        if len(found) >= body["pagination"]["itemCount"]:
            return found


@cache
def published() -> tuple[dict[str, Any], Registry[Any]]:
    def absolute(part: Any) -> Any:
        if isinstance(part, dict):
            return {k: f"urn:assets{v}" if k == "$ref" else absolute(v) for k, v in part.items() if k != "example"}
        return [absolute(one) for one in part] if isinstance(part, list) else part

    spec = absolute(yaml.safe_load((Path(__file__).parent / "published" / "xero_assets.yaml").read_text()))
    return spec, Registry().with_resource("urn:assets", DRAFT4.create_resource(spec))


def wrong(path: str, body: Any) -> list[str]:
    spec, registry = published()
    schema = spec["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return [error.message for error in Draft4Validator(schema, registry=registry).iter_errors(body)]


@pytest.mark.parametrize(("seed", "wanted"), SOME)
async def test_the_register_disagrees_where_it_was_planted(folder: Path, seed: int, wanted: int) -> None:
    organisation = sized(seed, wanted)
    entry = truth(seed, organisation.tenant_id, TODAY, folder / f"seed{seed}")["flaws"]["DQ42"]
    async with api(folder, organisation, seed, scope=SCOPE) as reader:
        registered, drafts, disposed = [await of_status(reader, one) for one in ("REGISTERED", "draft", "Disposed")]
        types = (await ask(reader, "AssetTypes")).json()
        accounts = await reader.whole("Accounts")
        report = (await reader.get("Reports/TrialBalance", date="2026-10-31")).json()["Reports"][0]
    assert {one["assetStatus"] for one in registered} == {"Registered"}
    held: dict[str, int] = defaultdict(
        int,
        {
            cells[0]["Attributes"][0]["Value"]: amount(cells[3]["Value"]) - amount(cells[4]["Value"])
            for cells in rows_of(report)
        },
    )
    by_type = {one["assetTypeId"]: one for one in types}
    contra = {one["accumulatedDepreciationAccountId"] for one in types if "accumulatedDepreciationAccountId" in one}
    cost: dict[str, int] = defaultdict(int)
    worn: dict[str, int] = defaultdict(int)
    for one in registered:
        kind, detail = by_type[one["assetTypeId"]], one["bookDepreciationDetail"]
        cost[kind["fixedAssetAccountId"]] += cents(one["purchasePrice"])
        worn[kind["accumulatedDepreciationAccountId"]] += cents(detail["priorAccumDepreciationAmount"])
        worn[kind["accumulatedDepreciationAccountId"]] += cents(detail["currentAccumDepreciationAmount"])
    used = {by_type[one["assetTypeId"]]["fixedAssetAccountId"] for one in (*registered, *drafts, *disposed)}
    watched = {
        one["AccountID"]
        for one in accounts
        if one["Type"] == "FIXED" and one["AccountID"] not in contra and (held[one["AccountID"]] or one["AccountID"] in used)
    }
    found = {key: True for key in watched if cost[key] != held[key]}
    for kind in types:
        if worn[kind["accumulatedDepreciationAccountId"]] != -held[kind["accumulatedDepreciationAccountId"]]:
            found[kind["fixedAssetAccountId"]] = True
    found |= {f"{by_type[one['assetTypeId']]['fixedAssetAccountId']}:draft": False for one in drafts}
    assert found == {issue["key"]: issue["fails"] for issue in entry["issues"]}
    assert len(watched) == entry["N"]
    assert set(found) == set(entry["planted"])
    assert not set(entry["near"]) & set(found)


@pytest.mark.parametrize("seed", [1, 2, 7])
def test_it_is_planted_here_and_not_there(folder: Path, seed: int) -> None:
    entries = [
        truth(seed, one.tenant_id, TODAY, folder / f"seed{seed}")["flaws"]["DQ42"]
        for one in organisations(seed)[:60]
        if one.documents < 20_000
    ]
    assert {entry["n"] for entry in entries} > {0, 1}
    assert any(entry["near"] for entry in entries)
    assert {issue["fails"] for entry in entries for issue in entry["issues"]} == {True, False}


async def test_its_bodies_are_the_published_ones(folder: Path) -> None:
    async with api(folder, sized(1, 9_000), scope=SCOPE) as reader:
        first = (await ask(reader, "Assets", status="REGISTERED")).json()
        assert not wrong("/Assets", first)
        assert first["pagination"]["pageSize"] == 10
        assert not wrong("/AssetTypes", (await ask(reader, "assettypes")).json())
        settings = (await ask(reader, "Settings")).json()
        assert settings["lastDepreciationDate"] == "2026-10-31T00:00:00"
        one = first["items"][0]
        assert (await ask(reader, f"Assets/{one['assetId']}")).json() == one
        assert (await ask(reader, "Assets/nowhere")).status_code == 404
        assert (await ask(reader, "Assets")).status_code == 400
        assert (await ask(reader, "Assets", status="SOLD")).status_code == 400


async def test_without_the_scope_nobody_gets_in(folder: Path) -> None:
    async with api(folder, sized(1, 250)) as reader:
        answer = await ask(reader, "Assets", status="DRAFT")
    assert (answer.status_code, answer.json()["Detail"]) == (401, "AuthorizationUnsuccessful")
