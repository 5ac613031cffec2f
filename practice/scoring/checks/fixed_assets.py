"""DQ42: fixed assets whose register and ledger disagree."""

from collections.abc import Iterator

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.score import status
from practice.scoring.trial_balance import NEEDS, title_of, unread, with_balance
from practice.scoring.wording import amount, day


def look(books: Books) -> Found:
    accounts = _accounts(books)
    drafts = books.assets.filter(pl.col("status") == "DRAFT")
    if accounts.is_empty() and drafts.is_empty():
        return Found(of=0, not_applicable="There are no fixed assets, neither in the ledger nor in the register.")
    if reason := unread(books):
        return Found(not_synced=reason)
    return Found(findings=(*_apart(accounts, books), *_drafts(drafts, books)), of=accounts.height)


def _accounts(books: Books) -> pl.DataFrame:
    """Accounts of fixed assets with a balance or assets; those that only take the depreciation are looked at with them."""
    takes_depreciation = books.assets.select(id="accumulated_account_id").drop_nulls()
    registered = (
        books.assets.filter(pl.col("status") == "REGISTERED")
        .group_by(id="account_id")
        .agg(cost=pl.col("cost_cents").sum())
    )
    with_assets = books.assets["account_id"].drop_nulls().to_list()
    return (
        with_balance(books.accounts.filter(pl.col("type") == "FIXED"), books)
        .join(takes_depreciation, on="id", how="anti")
        .filter((pl.col("balance") != 0) | pl.col("id").is_in(with_assets))
        .join(registered, on="id", how="left")
        .with_columns(pl.col("cost").fill_null(0))
    )


def _apart(accounts: pl.DataFrame, books: Books) -> Iterator[Finding]:
    end, base = books.period_end, books.organisation.base_currency
    found = accounts.join(_depreciation_apart(books), on="id", how="left").filter(
        (pl.col("cost") != pl.col("balance")) | pl.col("in_register").is_not_null()
    )
    for row in found.sort("id").iter_rows(named=True):
        said = []
        if row["cost"] != row["balance"]:
            said.append(
                f"cost is {amount(row['balance'], base)} in the ledger and {amount(row['cost'], base)} in the register"
            )
        if row["in_register"] is not None:
            said.append(
                f"depreciation to date is {amount(row['in_ledger'], base)} in the ledger and "
                f"{amount(row['in_register'], base)} in the register"
            )
        sentence = "; ".join(said)
        yield Finding(
            key=row["id"],
            fingerprint=fingerprint_of(row["balance"], row["cost"], row["in_ledger"], row["in_register"]),
            title=title_of(row),
            detail=f"On {day(end)} {sentence}",
            amount_cents=row["balance"] - row["cost"] or (row["in_register"] or 0) - (row["in_ledger"] or 0),
            currency=base,
            date=end,
            account=row["name"],
            facts={
                "ledger_cost_cents": row["balance"],
                "register_cost_cents": row["cost"],
                "ledger_depreciation_cents": row["in_ledger"],
                "register_depreciation_cents": row["in_register"],
            },
            links=(Link("account", row["id"], "Account in Xero"),),
            fails=True,
        )


def _depreciation_apart(books: Books) -> pl.DataFrame:
    """Cost accounts whose depreciation account does not hold what the register says; several may share one.

    Where assets have no such account, what was written off of them is held against nothing.
    """
    taken = (
        books.assets.filter(pl.col("status") == "REGISTERED")
        .drop_nulls("account_id")
        .select(
            "accumulated_cents",
            cost_id="account_id",
            id=pl.coalesce("accumulated_account_id", pl.lit("none:") + pl.col("account_id")),
        )
    )
    wrong = with_balance(taken.group_by("id").agg(in_register=pl.col("accumulated_cents").sum()), books).filter(
        pl.col("in_register") != -pl.col("balance")
    )
    return (
        taken.select("cost_id", "id")
        .unique()
        .join(wrong, on="id")
        .group_by(id="cost_id")
        .agg(in_register=pl.col("in_register").sum(), in_ledger=-pl.col("balance").sum())
    )


def _drafts(drafts: pl.DataFrame, books: Books) -> Iterator[Finding]:
    accounts = books.accounts.select("id", "code", "name").unique("id", keep="first")
    waiting = (
        drafts.group_by(id="account_id")
        .agg(assets=pl.len(), cost=pl.col("cost_cents").sum(), ids=pl.col("id").sort())
        .join(accounts, on="id", how="left", nulls_equal=True)
    )
    for row in waiting.sort("id", nulls_last=True).iter_rows(named=True):
        count = row["assets"]
        yield Finding(
            key=f"{row['id'] or 'none'}:draft",
            fingerprint=fingerprint_of(row["cost"], *row["ids"]),
            title=title_of(row) if row["id"] else "Assets without a type",
            detail="1 asset is a draft and not yet depreciated"
            if count == 1
            else f"{count} assets are drafts and not yet depreciated",
            amount_cents=row["cost"],
            currency=books.organisation.base_currency,
            date=books.period_end,
            account=row["name"],
            facts={"assets": row["ids"]},
            links=(Link("account", row["id"], "Account in Xero"),) if row["id"] else (),
        )


CHECK = Check(
    code="DQ42",
    title="Fixed assets and the ledger",
    group="Balances",
    severity="medium",
    why="Where register and ledger disagree, assets were bought or sold without the register, and depreciation is wrong.",
    fix=(
        "In Xero: Accounting, Fixed assets. Register or delete the drafts, add or dispose of what is missing, run the "
        "depreciation, and post the rest of the difference by a manual journal."
    ),
    definition=(
        "Fixed asset accounts with a balance or with assets. A failure where the cost of the registered assets is not the "
        "balance at the end of the last complete month, or their depreciation to date is not that of its account; a "
        "warning where assets are drafts."
    ),
    source="Fixed asset register and trial balance",
    needs={
        "accounts": ("id", "code", "name", "type"),
        "assets": ("id", "status", "account_id", "accumulated_account_id", "cost_cents", "accumulated_cents"),
        "balances": NEEDS,
    },
    degree=status(),
    says="Differences and waiting drafts: {n}, among {of} asset accounts.",
    look=look,
)
