from tests.books import books, n_of


def test_invoices_and_receive_money() -> None:
    told = books().contact("Acme").invoice("Acme", 110, "2026-10-01").receive("Acme", 110, "2026-10-03")
    told.invoice("Acme", 110, "2026-08-01", status="SUBMITTED", number="INV-1").invoice(
        "Acme", 110, "2026-08-01", number="INV-1"
    )
    found = told.look("DQ13")
    assert [(f.title, f.date.isoformat() if f.date else None) for f in found.findings] == [
        ("Acme", "2026-08-01"),
        ("Acme", "2026-10-01"),
    ]
    assert [f.facts["same_number"] for f in found.findings] == [True, False]
    assert (n_of(found), found.of) == (2, 4)


def test_purchases_are_another_check() -> None:
    found = (
        books()
        .invoice("Acme", 1, "2026-10-01")
        .bill("Acme", 1, "2026-10-01")
        .spend("Acme", 1, "2026-10-01")
        .look("DQ13")
    )
    assert (found.findings, found.of) == ((), 1)
