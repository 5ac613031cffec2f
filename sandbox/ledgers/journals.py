"""Writes manual journals; the lines of one always sum to nothing."""

from collections.abc import Sequence

from .books import Account, Books
from .text import money, quoted


def journal(
    books: Books, day: int, narration: str, lines: Sequence[tuple[Account, int]], *, status: str = "POSTED"
) -> str:
    """Debits are positive; accounts with a tax rate are posted free of tax, as a journal does."""
    assert sum(cents for _, cents in lines) == 0, narration
    journal_id = books.fresh()
    days = books.days
    updated = books.stamp(day, 25)
    none = books.organisation.books.tax_for["none"]
    parts = ",".join(
        f'{{"LineAmount":{money(cents)},"AccountCode":{quoted(account.code)},"AccountID":"{account.id}","Description":{quoted(narration)},'
        f'"TaxType":"{none}","TaxAmount":0.00,"Tracking":[],"IsBlank":false}}'
        for account, cents in lines
    )
    books.row(
        "ManualJournals",
        (
            (
                f'{{"ManualJournalID":"{journal_id}","Narration":{quoted(narration)},"Date":{days.xero(day)},"Status":"{status}","LineAmountTypes":"NoTax",'
                f'"ShowOnCashBasisReports":false,"HasAttachments":false,"UpdatedDateUTC":"\\/Date({updated}+0000)\\/","JournalLines":'
            ),
            f"[{parts}]",
            "}",
        ),
        id=journal_id,
        updated=updated,
        date=days.text(day),
        status=status,
        name=narration,
    )
    books.documents += 1
    if status == "POSTED":
        for account, cents in lines:
            books.post(account, day, cents)
            books.touch(account, day)
    return journal_id
