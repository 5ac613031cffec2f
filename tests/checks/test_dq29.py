import pytest

from tests.books import Told, books

LATE = "2026-09-01"


def closed() -> Told:
    """Closed until the end of June 2026."""
    return books().contact("Acme").locked(period="2026-06-30", year="2025-06-30")


def showing() -> Told:
    told = closed().bill("Acme", 10, "2026-06-30", updated_on="2026-07-15", number=None, reference="R1")
    told.invoice("Acme", 20, "2026-06-01", updated_on=LATE, status="PAID").spend(
        "Acme", 30, "2026-06-02", updated_on=LATE
    )
    return told.posting("2026-06-03", {"400": 5}, updated_on=LATE, narration="Accrual").payment(20, "2026-06-20")


def test_every_kind_of_document_is_named() -> None:
    assert [(one.key, one.title, one.amount_cents, one.links[0].kind) for one in showing().look("DQ29").findings] == [
        ("documents-0001", "Bill R1", 1000, "bill"),
        ("bank_transactions-0001", "Spend money of 2 June 2026", 3000, "bank_transaction"),
        ("documents-0002", "Invoice N2", 2000, "invoice"),
        ("journals-0001", "Manual journal Accrual", None, "journal"),
    ]
    assert showing().look("DQ29").findings[0].detail == (
        "Changed on 15 July 2026; dated 30 June 2026, and the books are closed until 30 June 2026"
    )


@pytest.mark.parametrize(
    ("day", "updated", "found"),
    [
        ("2026-06-30", "2026-07-14", 0),
        ("2026-06-30", "2026-07-15", 1),
        ("2026-07-01", "2026-07-15", 0),
        ("2026-06-30", "2026-11-21", 1),
        ("2026-06-30", "2026-11-22", 0),
    ],
)
def test_days(day: str, updated: str, found: int) -> None:
    for told in (
        closed().bill("Acme", 1, day, updated_on=updated),
        closed().receive("Acme", 1, day, updated_on=updated),
        closed().posting(day, {"400": 1}, updated_on=updated),
    ):
        assert len(told.look("DQ29").findings) == found


@pytest.mark.parametrize(("updated", "found"), [("2025-11-20", 0), ("2025-11-21", 1)])
def test_changes_of_more_than_a_year_ago_were_reviewed(updated: str, found: int) -> None:
    told = books().locked(period="2025-06-30", year=None).bill("Acme", 1, "2025-06-01", updated_on=updated)
    assert len(told.spend(None, 1, "2026-10-01").look("DQ29").findings) == found


@pytest.mark.parametrize(
    "told",
    [
        closed().bill("Acme", 1, "2026-06-01", updated_on=LATE, status="DRAFT"),
        closed().bill("Acme", 1, "2026-06-01", updated_on=LATE, status="SUBMITTED"),
        closed().bill("Acme", 1, "2026-06-01", updated_on=LATE, status="VOIDED"),
        closed().credit("prepayment", "purchases", "Acme", 1, "2026-06-01", updated_on=LATE),
        closed().bill("Acme", 1, "2026-06-01"),
        closed().spend("Acme", 1, "2026-06-01", updated_on=LATE, status="DELETED"),
        closed().posting("2026-06-01", {"400": 1}, status="DRAFT", updated_on=LATE),
    ],
)
def test_near_misses(told: Told) -> None:
    assert told.look("DQ29").findings == ()


@pytest.mark.parametrize(
    ("paid", "status", "found"),
    [("2026-07-01", "AUTHORISED", 0), ("2026-06-30", "AUTHORISED", 1), ("2026-07-01", "DELETED", 1)],
)
def test_a_payment_after_the_close_is_what_changed_it(paid: str, status: str, found: int) -> None:
    told = closed().invoice("Acme", 1, "2026-06-01", updated_on=LATE)
    told.payment(1, paid, status=status, document_id="documents-0001")
    assert len(told.look("DQ29").findings) == found


def test_a_payment_of_another_document_explains_nothing() -> None:
    told = closed().invoice("Acme", 1, "2026-06-01", updated_on=LATE).payment(1, LATE, document_id="documents-0009")
    assert len(told.look("DQ29").findings) == 1


@pytest.mark.parametrize("reconciled", [True, False])
def test_bank_transactions_count_reconciled_or_not(reconciled: bool) -> None:
    assert len(closed().spend(None, 1, "2026-06-01", updated_on=LATE, reconciled=reconciled).look("DQ29").findings) == 1


def test_it_is_measured_against_the_documents_and_journals_of_the_year() -> None:
    told = showing().gone("bank_transaction", "2026-01-01", "2026-01-02")
    told.posting("2026-11-01", {"400": 1})
    told.posting("2025-10-31", {"400": 1}).posting("2026-10-31", {"400": 1}).posting(
        "2026-10-31", {"400": 1}, status="DRAFT"
    )
    assert told.look("DQ29").of == 4 + 1 + 1


def test_nothing_to_judge() -> None:
    assert closed().look("DQ29").not_applicable
    assert (
        closed()
        .locked(period=None, year=None)
        .bill("Acme", 1, "2026-06-01", updated_on=LATE)
        .look("DQ29")
        .not_applicable
    )
