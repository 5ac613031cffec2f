"""Leaves users who belong to nobody any more; beside them strangers who may only look, and approved ones in other letters."""

from ...world import names
from ..contacts import Maker

CHECK = "DQ46"


def plant(maker: Maker) -> None:
    books = maker.books
    rnd = books.stream(CHECK)
    index = books.organisation.index
    users: list[tuple[str, str, str, str, str]] = []

    def add(email: str, role: str) -> str:
        given, family = names.person(rnd)
        users.append((books.fresh(), email, given, family, role))
        return users[-1][0]

    kinds = (
        (f"partner{index}@formerfirm.example", "FINANCIALADVISER"),
        (f"left{index}@clients.example", "STANDARD"),
        (f"junior{index}@formerfirm.example", "FINANCIALADVISER"),
    )
    for email, role in kinds[: min(books.many(CHECK, 0.002), len(kinds))]:
        books.plant(CHECK, key=add(email, role), role=role)
    approved = []
    if books.neglect > 0.1:
        books.spare(CHECK, add(f"till{index}@elsewhere.example", "INVOICEONLY"))
        books.spare(CHECK, add(f"auditor{index}@elsewhere.example", "READONLY"))
        approved.append(f"bookkeeper{index}@contractors.example")
        books.spare(CHECK, add(f"Bookkeeper{index}@Contractors.example", "STANDARD"))
    books.facts["users"], books.facts["approved"] = users, approved
