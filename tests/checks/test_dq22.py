from tests.books import books


def test_bills_and_not_invoices() -> None:
    found = books().bill("A", 100, "2026-01-01").invoice("A", 50, "2026-01-01").look("DQ22")
    assert [(f.title, f.links[0].kind) for f in found.findings] == [("Bill N1", "bill")]
    assert found.whole_cents == 10000
