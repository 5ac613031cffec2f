"""DQ46: people who may change the books and whom the practice does not know."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.score import share

ROLES = {"STANDARD": "Standard user", "FINANCIALADVISER": "Adviser"}


def look(books: Books) -> Found:
    if not books.people:
        return Found(not_applicable="Nobody was named yet who may use these books.")
    users = books.users.filter(pl.col("role").is_in(ROLES))
    if users.is_empty():
        return Found(of=0, not_applicable="Xero lists no standard users and no advisers.")
    return Found(
        findings=tuple(
            Finding(
                key=row["id"],
                fingerprint=fingerprint_of(row["id"], row["email"], row["role"]),
                title=row["name"] or row["email"] or "User without a name",
                detail=f"{ROLES[row['role']]}, {row['email'] or 'without an e-mail address'}",
                facts={"email": row["email"], "role": row["role"]},
                links=(Link("organisation", None, "Open Xero"),),
            )
            for row in users.sort("id").iter_rows(named=True)
            if (row["email"] or "").strip().casefold() not in books.people
        ),
        of=users.height,
    )


CHECK = Check(
    code="DQ46",
    title="User access",
    group="People and connection",
    severity="medium",
    why="Whoever left the practice or the client and kept a login can still read and change the books.",
    fix="In Xero: Settings, Users. Remove who should not be there; add who should to the people approved for this client.",
    definition=(
        "Users with the role standard or adviser whose e-mail address belongs neither to the practice nor to those "
        "approved for the client."
    ),
    source="Users of the organisation, and the people of the practice",
    needs={"users": ("id", "email", "name", "role")},
    degree=share("0.25"),
    says="Not known to the practice: {n} of {of} users.",
    look=look,
)
