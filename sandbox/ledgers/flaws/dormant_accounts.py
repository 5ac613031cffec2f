"""Leaves accounts that nobody has used for two years; beside them one used 23 months ago, an archived one and a system one."""

from ..accounts import extra_account
from ..contacts import Maker
from ..journals import journal

CHECK = "DQ30"
LABELS = (
    "Trade Show Costs",
    "Old Vehicle Lease",
    "Staff Uniforms",
    "Website Rebuild",
    "Donations",
    "Franchise Levy",
    "Tool Replacement",
    "Storage Unit",
)


def plant(maker: Maker) -> None:
    books = maker.books
    count = min(round(books.neglect * 8), len(LABELS)) if books.neglect > 0.2 else 0
    sales = books.by_code["200"]
    dormant: set[int] = set()
    long_ago = max(books.two_years_back - 75, books.start + 3)
    for at in range(count):
        account = extra_account(books, f"59{at}", LABELS[at])
        dormant.add(account.index)
        last_used = None
        if at % 2 == 0:
            journal(books, long_ago, f"{account.name}, moved", [(account, 4_500 + at), (sales, -4_500 - at)])
            last_used = books.day_text(long_ago)
        books.plant(CHECK, id=account.id, date=last_used)
    books.facts["dormant"] = dormant
    if books.neglect > 0.0:
        lately = extra_account(books, "598", "Seasonal Decorations")
        journal(books, books.two_years_back + 30, "Seasonal decorations", [(lately, 2_200), (sales, -2_200)])
        extra_account(books, "599", "Closed Branch Costs", status="ARCHIVED")
