from fractions import Fraction
from math import ceil

import pytest

from tests.books import Amount, Told, books, n_of

MONTHS = [f"2025-{month}" for month in (11, 12)] + [f"2026-{month:02}" for month in range(1, 11)]
"""The twelve months of the period."""


def billed(*amounts: Amount, told: Told | None = None, contact: str = "Acme") -> Told:
    """One bill a month, in the last so many months of the period; nought is none."""
    told = told or books()
    for month, amount in zip(MONTHS[-len(amounts) :], amounts, strict=True):
        if amount != 0:
            told.bill(contact, amount, f"{month}-15")
    return told


def showing() -> Told:
    return billed(*[100] * 11, "200.01", told=books().contact("Acme"))


def keys(told: Told) -> list[str]:
    return [f.key for f in told.look("DQ43").findings]


def test_a_month_far_from_usual() -> None:
    found = showing().look("DQ43")
    (finding,) = found.findings
    assert (finding.key, finding.title, finding.amount_cents) == ("Acme:2026-10", "Acme", 200_01)
    assert finding.detail == "AUD 200.01 in October 2026, more than usual: the median month is AUD 100.00"
    assert found.of == 1


def test_more_than_a_hundred_from_the_median() -> None:
    assert keys(billed(*[100] * 11, 200)) == []
    assert keys(billed(*[300] * 11, "199.99")) == ["Acme:2026-10"]
    assert keys(billed(*[300] * 11, 200)) == []


def test_the_last_three_months_and_n_counts_contacts() -> None:
    found = billed(*[100] * 9, 300, 100, 400).look("DQ43")
    assert [f.key for f in found.findings] == ["Acme:2026-08", "Acme:2026-10"]
    assert (n_of(found), found.of) == (1, 1)
    assert keys(billed(*[100] * 8, 900, 100, 100, 100)) == []


@pytest.mark.parametrize(("months", "of"), [(8, 1), (7, None)])
def test_purchases_in_eight_months(months: int, of: int | None) -> None:
    told = billed(*[100] * (months - 1), 500)
    assert (told.look("DQ43").of or None) == of
    assert keys(told) == ["Acme:2026-10"] * (of or 0)


@pytest.mark.parametrize("last", [0, 1])
def test_a_month_of_nothing_is_not_judged(last: int) -> None:
    assert keys(billed(*[500] * 11, last)) == ["Acme:2026-10"] * last


def quartile(amounts: list[int], nth: int) -> Fraction:
    """By the book: the place in the sorted row, and the share of the way to the next."""
    place = Fraction((len(amounts) - 1) * nth, 4)
    below = sorted(amounts)[int(place)]
    above = sorted(amounts)[min(int(place) + 1, len(amounts) - 1)]
    return below + (place - int(place)) * (above - below)


@pytest.mark.parametrize("count", [8, 9, 10, 11, 12])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_fences_to_the_cent(count: int, sign: int) -> None:
    """The largest (or smallest) amount that the fences still allow, and the next one."""
    rest = [1000_00 + sign * at * 77_13 for at in range(count - 1)]

    def beyond(cents: int) -> Fraction:
        """How far above the upper fence (below the lower one) it lies."""
        amounts = [*rest, cents]
        low, high = quartile(amounts, 1), quartile(amounts, 3)
        reach = Fraction(3, 2) * (high - low)
        return cents - (high + reach) if sign > 0 else low - reach - cents

    farthest = rest[-1] + sign * 1_00
    allowed = farthest - sign * ceil(beyond(farthest))
    assert beyond(allowed) <= 0 < beyond(allowed + sign)
    for cents, n in ((allowed, 0), (allowed + sign, 1)):
        assert keys(billed(*(f"{each / 100:.2f}" for each in (*rest, cents)))) == ["Acme:2026-10"] * n


def test_bills_and_spend_money_of_a_month_are_added_up() -> None:
    told = billed(*[100] * 11, 0).spend("Acme", 150, "2026-10-01").bill("Acme", 150, "2026-10-31", status="PAID")
    told.credit_note("purchases", "Acme", 250, "2026-10-31").bill("Acme", 900, "2026-10-31", status="DRAFT")
    told.spend("Acme", 900, "2026-10-31", type="SPEND-PREPAYMENT").invoice("Acme", 900, "2026-10-31")
    told.bill("Acme", 900, "2026-11-01").bill("Acme", 900, "2025-10-31").bill(None, 900, "2026-10-31")
    assert [(f.key, f.amount_cents) for f in told.look("DQ43").findings] == [("Acme:2026-10", 300_00)]


def test_other_currencies_count_at_their_rate() -> None:
    told = billed(*[100] * 11, 0).bill("Acme", 600, "2026-10-31", currency="USD", rate=2)
    assert [(f.amount_cents, f.currency) for f in told.look("DQ43").findings] == [(300_00, "AUD")]
