"""DQ07: contacts that nearly always go to one account, and a few times to others."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.columns import with_contact
from practice.scoring.score import share

APPROVED = ("AUTHORISED", "PAID")
LINES_FROM = 4
LARGEST_MINORITY = 0.3


def look(books: Books) -> Found:
    lines = _coded_lines(books)
    if lines.is_empty():
        return Found(of=0, not_applicable="No contact was active in the last twelve months.")
    codes = lines.group_by("contact_id", "side", "code").agg(
        pl.len().alias("lines"), pl.col("date").max().alias("last")
    )
    directions = (
        codes.sort("contact_id", "side", "lines", "code", descending=[False, False, True, False])
        .group_by("contact_id", "side", maintain_order=True)
        .agg(pl.col("lines").sum().alias("all"), "code", "lines", pl.col("last").slice(1).max().alias("last"))
        .filter(
            pl.col("all") >= LINES_FROM,
            pl.col("code").list.len() >= 2,
            # Whole numbers, so that three of ten is exactly three tenths.
            10 * (pl.col("all") - pl.col("lines").list.first()) <= int(10 * LARGEST_MINORITY) * pl.col("all"),
        )
    )
    names = _account_names(books)
    return Found(
        findings=tuple(
            Finding(
                key=f"{row['contact_id']}:{row['side']}",
                fingerprint=fingerprint_of(
                    row["code"][0], *sorted(zip(row["code"][1:], row["lines"][1:], strict=True))
                ),
                title=row["contact"] or "No contact name",
                detail=(
                    f"{row['all'] - row['lines'][0]} of {row['all']} {row['side']} lines are not on "
                    f"{_named(row['code'][0], names)}"
                ),
                date=row["last"],
                contact=row["contact"],
                account=_named(row["code"][0], names),
                facts={
                    "direction": row["side"],
                    "lines": row["all"],
                    "accounts": [
                        {"code": code, "name": names.get(code), "lines": count}
                        for code, count in zip(row["code"], row["lines"], strict=True)
                    ],
                },
                links=(Link("contact", row["contact_id"], row["contact"] or "Contact in Xero"),),
                subject=row["contact_id"],
            )
            for row in with_contact(directions, books).sort("contact_id", "side").iter_rows(named=True)
        ),
        of=lines["contact_id"].n_unique(),
    )


def _coded_lines(books: Books) -> pl.DataFrame:
    """Lines of approved documents in the period; spend and receive money count, prepayments and transfers do not."""
    direct = books.bank_transactions.filter(pl.col("type").is_in(["SPEND", "RECEIVE"])).select(
        document_id="id", direct=pl.lit(value=True)
    )
    return (
        books.lines.filter(
            pl.col("date").is_between(books.period_start, books.period_end),
            pl.col("status").is_in(APPROVED),
            pl.col("source").is_in(["invoice", "credit_note", "bank_transaction"]),
            pl.col("contact_id").is_not_null(),
            pl.col("side").is_not_null(),
        )
        .with_columns(code=_code())
        .drop_nulls("code")
        .join(direct.unique("document_id"), on="document_id", how="left")
        .filter((pl.col("source") != "bank_transaction") | pl.col("direct").fill_null(value=False))
        .select("contact_id", "side", "code", "date")
    )


def _code() -> pl.Expr:
    """The account's code, or its id where it has none."""
    code = pl.col("account_code").str.strip_chars()
    return pl.when(code != "").then(code).otherwise(pl.col("account_id"))


def _account_names(books: Books) -> dict[str, str]:
    by_id = dict(books.accounts.select("id", "name").iter_rows())
    return by_id | dict(books.accounts.drop_nulls("code").select("code", "name").iter_rows())


def _named(code: str, names: dict[str, str]) -> str:
    name = names.get(code)
    return f"{code} {name}" if name else code


CHECK = Check(
    code="DQ07",
    title="Contacts coded to several accounts",
    group="Contacts",
    severity="medium",
    why="When a supplier that is always on one account turns up on another, it is usually a slip, and it moves profit or tax.",
    fix="Look at the few lines on the other accounts. Where they are wrong, recode them with Find & Recode in Xero; where they are right, dismiss.",
    definition=(
        "Contacts with at least four coded lines in one direction (sales or purchases) in the twelve months to the end "
        "of the period, on two accounts or more, where all but the commonest account hold at most 30 % of the lines. "
        "Measured against the contacts with a coded line in that time."
    ),
    source="Lines of invoices, bills, credit notes and bank transactions",
    needs={
        "accounts": ("id", "code", "name"),
        "contacts": ("id", "name"),
        "bank_transactions": ("id", "type"),
        "lines": ("document_id", "source", "side", "contact_id", "status", "date", "account_code", "account_id"),
    },
    degree=share("0.25"),
    says="Now and then on an unusual account: {n} of {of} active contacts.",
    look=look,
)
