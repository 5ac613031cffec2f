"""Money: exact, rounded half up to the cent, kept as minor units where there is much of it."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def from_cents(cents: int) -> Decimal:
    """12345 is 123.45."""
    return Decimal(cents).scaleb(-2)


def to_cents(amount: Decimal) -> int:
    """123.45 is 12345; more than two places are rounded half up."""
    return int(amount.quantize(CENT, ROUND_HALF_UP).scaleb(2))
