"""Keeps the register of fixed assets: what stands in it sums to the ledger's accounts, unless a flaw says otherwise."""

from typing import Any

from .balances import last_year_end
from .books import SHIFT, Account, Books

# Cost, accumulated depreciation, and what the things are called.
KINDS = (
    ("710", "711", "Office Equipment", ("Standing desks", "Meeting table", "Shelving")),
    ("720", "721", "Computer Equipment", ("Laptops", "File server", "Screens")),
)
RATE = 25.0
Register = dict[str, list[dict[str, Any]]]


def _held(books: Books, account: Account, until: int) -> int:
    return sum(cents for key, cents in books.postings.items() if key % SHIFT == account.index and key // SHIFT <= until)


def _parts(total: int, count: int) -> list[int]:
    """Unequal, and exact."""
    first = [total * (at + 2) // (count * (count + 3)) for at in range(count - 1)]
    return [*first, total - sum(first)]


def add_type(books: Books, name: str, cost: Account, accumulated: Account | None) -> str:
    type_id = books.fresh()
    setting = {
        "depreciableObjectId": type_id,
        "depreciableObjectType": "AssetType",
        "bookEffectiveDateOfChangeId": books.fresh(),
        "depreciationMethod": "StraightLine",
        "averagingMethod": "FullMonth",
        "depreciationRate": RATE,
        "depreciationCalculationMethod": "None",
    }
    books.register["types"].append(
        {
            "assetTypeId": type_id,
            "assetTypeName": name,
            "fixedAssetAccountId": cost.id,
            "depreciationExpenseAccountId": books.by_code["416"].id,
            **({"accumulatedDepreciationAccountId": accumulated.id} if accumulated else {}),
            "bookDepreciationSetting": setting,
            "locks": 0,
        }
    )
    return type_id


def add_asset(
    books: Books, type_id: str, name: str, cents: int, *, prior: int = 0, current: int = 0, status: str = "Registered"
) -> str:
    asset_id = books.fresh()
    bought = f"{books.day_text(books.start)}T00:00:00"
    disposed = {"disposalDate": f"{books.day_text(books.period_start)}T00:00:00"} if status == "Disposed" else {}
    books.register["assets"].append(
        {
            "assetId": asset_id,
            "assetName": name,
            "assetTypeId": type_id,
            "assetNumber": f"FA-{len(books.register['assets']) + 1:04d}",
            "purchaseDate": bought,
            "purchasePrice": cents / 100,
            **disposed,
            "disposalPrice": 0.0,
            "assetStatus": status,
            "trackingItems": [],
            "bookDepreciationSetting": {
                "depreciableObjectId": asset_id,
                "depreciableObjectType": "Asset",
                "bookEffectiveDateOfChangeId": books.fresh(),
                "depreciationMethod": "StraightLine",
                "averagingMethod": "FullMonth",
                "depreciationRate": RATE,
                "depreciationCalculationMethod": "None",
            },
            "bookDepreciationDetail": {
                "depreciationStartDate": bought,
                "priorAccumDepreciationAmount": prior / 100,
                "currentAccumDepreciationAmount": current / 100,
                "currentCapitalGain": 0.0,
                "currentGainLoss": 0.0,
            },
            "taxDepreciationSettings": [],
            "taxDepreciationDetails": [],
            "canRollback": status == "Registered",
            "accountingBookValue": (cents - prior - current) / 100,
            "taxValues": [],
            "isDeleteEnabledForDate": status == "Draft",
        }
    )
    return asset_id


def fill_register(books: Books) -> None:
    """After all postings: the usual assets, whose sums are what the ledger holds at the period's end."""
    one = books.organisation
    closed = last_year_end(books.calendar.period_end, one.year_end_month, one.year_end_day).toordinal()
    off: dict[str, int] = books.facts.get("register", {})
    for number, contra, name, things in KINDS:
        cost, accumulated = books.by_code[number], books.by_code[contra]
        total = _held(books, cost, books.period_end)
        if total <= 0:
            continue
        type_id = add_type(books, name, cost, accumulated)
        worn = -_held(books, accumulated, books.period_end)
        before = -_held(books, accumulated, closed)
        costs, priors, currents = (_parts(cents, len(things)) for cents in (total, before, worn - before))
        costs[0] += off.get(number, 0)
        currents[0] += off.get(contra, 0)
        for at, thing in enumerate(things):
            add_asset(books, type_id, thing, costs[at], prior=priors[at], current=currents[at])
        if off.get(f"{number}:draft"):
            add_asset(books, type_id, "Not yet registered", 64_900, status="Draft")
