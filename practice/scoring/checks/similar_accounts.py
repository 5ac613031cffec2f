"""DQ32: accounts that are both in use and have nearly the same name."""

from collections import defaultdict
from itertools import combinations

import polars as pl
from rapidfuzz.distance import OSA

from practice.ledgers.books import Books, start_of_months
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of, key_of
from practice.scoring.coded_lines import account_label, listed, with_place
from practice.scoring.columns import approved_since
from practice.scoring.likeness import Sets, digits, plain_name
from practice.scoring.score import share

YEARS = 2
MOST_APART = 8
"""Percent of the longer name that may differ."""


def look(books: Books) -> Found:
    accounts = _in_use(books)
    if not accounts:
        return Found(of=0, not_applicable="No account besides banks and Xero's own was used in the last two years.")
    together = Sets(accounts)
    by_kind: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for id_, account in accounts.items():
        if account["class_"] and account["plain"]:
            by_kind[account["class_"], digits(account["plain"])].append((id_, account["plain"]))
    for alike in by_kind.values():
        for (a, name), (b, other) in combinations(alike, 2):
            most = MOST_APART * max(len(name), len(other)) // 100
            if OSA.distance(name, other, score_cutoff=most) <= most:
                together.join(a, b)
    return Found(
        findings=tuple(
            Finding(
                key=key_of(group),
                fingerprint=fingerprint_of(*((id_, accounts[id_]["plain"], accounts[id_]["class_"]) for id_ in group)),
                title=listed([account_label(accounts[id_]) for id_ in group]),
                detail=f"{len(group)} accounts with nearly the same name are in use",
                account=accounts[group[0]]["name"],
                facts={
                    "accounts": [{"id": id_, **{k: accounts[id_][k] for k in ("code", "name")}} for id_ in group],
                    "class": accounts[group[0]]["class_"],
                },
                links=tuple(Link("account", id_, account_label(accounts[id_])) for id_ in group),
                count=len(group) - 1,
            )
            for group in together.groups()
        ),
        of=len(accounts),
    )


def _in_use(books: Books) -> dict[str, dict[str, str]]:
    """Active accounts with an approved line in two years, by id, with their `plain` names."""
    lines = approved_since(books, start_of_months(books.period_end, 12 * YEARS), ("account_id", "account_code"))
    used = with_place(lines.select("account_id", "account_code").unique(), books)["account"].drop_nulls()
    accounts = books.accounts.filter(
        pl.col("status") == "ACTIVE",
        pl.col("type").ne_missing("BANK"),
        pl.col("system_account").fill_null("") == "",
        pl.col("id").is_in(used.to_list()),
    )
    return {
        row["id"]: row | {"plain": plain_name(row["name"] or "")}
        for row in accounts.select("id", "code", "name", "class_").sort("id").iter_rows(named=True)
    }


CHECK = Check(
    code="DQ32",
    title="Accounts with nearly the same name",
    group="Chart of accounts",
    severity="low",
    why="Two accounts for one thing split its costs at random, and neither year nor budget can be compared.",
    fix="Choose one, recode the other's lines to it with Find & Recode in Xero, and archive the other.",
    definition=(
        "Active accounts of one class with an approved line in the two years to the end of the period, apart from bank "
        "accounts and Xero's own, whose names differ in at most 8 % of the letters once case, accents and punctuation are "
        "left out, and in no digit. Accounts linked through others are one group, which counts its size less one."
    ),
    source="Chart of accounts and all lines",
    needs={
        "accounts": ("id", "code", "name", "type", "class_", "status", "system_account"),
        "bank_transactions": ("id", "type"),
        "lines": ("document_id", "source", "status", "date", "account_code", "account_id"),
    },
    degree=share("0.10"),
    says="Too many: {n} of {of} accounts in use.",
    look=look,
)
