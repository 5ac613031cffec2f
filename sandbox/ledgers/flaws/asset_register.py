"""Lets the asset register disagree with the ledger, and leaves drafts in it; beside them vehicles that agree, one of them sold."""

from ..accounts import extra_account
from ..contacts import Maker
from ..journals import journal
from ..register import add_asset, add_type

CHECK = "DQ42"


def plant(maker: Maker) -> None:
    books = maker.books
    code = books.by_code
    owner = code["881"]
    count = min(books.many(CHECK, 0.004), 4)
    books.facts["register"] = {}
    if count > 0:
        # Two cents less than the ledger says.
        books.facts["register"]["710"] = -2
        books.plant(CHECK, key=code["710"].id)
    if count > 1:
        books.facts["register"]["710:draft"] = 1
        books.plant(CHECK, key=f"{code['710'].id}:draft")
    if count > 2:
        books.facts["register"]["721"] = 4_300
        books.plant(CHECK, key=code["720"].id)
    if count > 3:
        bare = extra_account(books, "7101", "Leasehold Improvements", kind="FIXED", reporting="ASS.NCA.FIX")
        journal(books, books.period_start - 18, "Shop fitting", [(bare, 910_000), (owner, -910_000)])
        books.plant(CHECK, key=bare.id)
    if books.neglect > 0.1 and books.organisation.documents >= 60:
        cost = extra_account(books, "7301", "Vehicles", kind="FIXED", reporting="ASS.NCA.FIX.OWN.VEH")
        worn = extra_account(
            books, "7302", "Less Accumulated Depreciation on Vehicles", kind="FIXED", reporting="ASS.NCA.FIX.OWN.VEH.ACC"
        )
        lines = [(cost, 2_400_000), (worn, -600_000), (owner, -1_800_000)]
        journal(books, books.period_start - 17, "Vehicles brought in", lines)
        type_id = add_type(books, "Vehicles", cost, worn)
        add_asset(books, type_id, "Delivery van", 2_400_000, prior=600_000)
        add_asset(books, type_id, "Old pickup", 700_000, prior=650_000, status="Disposed")
        books.spare(CHECK, cost.id)
        books.spare(CHECK, worn.id)
