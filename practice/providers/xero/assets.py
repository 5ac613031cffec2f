"""Xero's Assets API, the reading side: the register's drafts and registered assets, with the accounts of their types.

Xero cannot be asked for changes here, and an asset names only its type; so the register is read whole, in one go.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from practice.providers.base import PulledPage, Resource
from practice.providers.problems import BadAnswer
from practice.providers.xero import accounting_shapes as shapes
from practice.providers.xero.counts import counts_of

ASSETS = Resource("assets", "Fixed assets", False, False, scope="assets.read", calls=3, snapshot=True)
PATH = "assets.xro/1.0"
# Disposed assets have left the ledger's accounts, too.
STATUSES = ("REGISTERED", "DRAFT")
PAGE_SIZE = 200

Ask = Callable[[str, dict[str, str]], Awaitable[Any]]


async def pull_assets(ask: Ask) -> PulledPage:
    """Raises BadAnswer for a body that is not what was asked for."""
    types, calls = _types(await ask(f"{PATH}/AssetTypes", {})), 1
    items: list[Any] = []
    for status in STATUSES:
        page, pages = 1, 1
        while page <= pages:
            body = await ask(f"{PATH}/Assets", {"status": status, "page": str(page), "pageSize": str(PAGE_SIZE)})
            some, pages = _page(body, page)
            items += some
            page, calls = page + 1, calls + 1
    rows, aside = shapes.read_rows(items, lambda row: _asset(row, types))
    return PulledPage(
        resource=ASSETS.key, rows=rows, page=1, page_count=1, item_count=len(items), calls=calls, quarantined=aside
    )


def _page(body: Any, page: int) -> tuple[list[Any], int]:
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise BadAnswer(reason="Assets holds no items")
    counts = counts_of(body.get("pagination"), "Assets")
    if not items and counts["itemCount"] and page <= counts["pageCount"]:
        raise BadAnswer(reason="a page of Assets that should hold rows is empty")
    return items, counts["pageCount"]


def _types(body: Any) -> dict[str, shapes.Row]:
    if not isinstance(body, list) or not all(isinstance(one, dict) for one in body):
        raise BadAnswer(reason="AssetTypes is not a list")
    return {str(one.get("assetTypeId")).lower(): one for one in body}


def _asset(row: shapes.Row, types: dict[str, shapes.Row]) -> shapes.Row:
    # A draft may have no type yet, and so no accounts.
    kind = types.get(str(row.get("assetTypeId")).lower(), {})
    written_off = shapes.part(row, "bookDepreciationDetail")
    return {
        "remote_id": shapes.uid(row.get("assetId"), "assetId"),
        "status": shapes.word(row.get("assetStatus"), "assetStatus").upper(),
        "account_id": shapes.uid_or_none(kind.get("fixedAssetAccountId"), "fixedAssetAccountId"),
        "accumulated_account_id": shapes.uid_or_none(
            kind.get("accumulatedDepreciationAccountId"), "accumulatedDepreciationAccountId"
        ),
        "cost_cents": shapes.cents_or_zero(row.get("purchasePrice"), "purchasePrice"),
        "accumulated_cents": sum(
            shapes.cents_or_zero(written_off.get(name), name)
            for name in ("priorAccumDepreciationAmount", "currentAccumDepreciationAmount")
        ),
    }
