"""Writes into a firm's record that all of it was put back to an earlier time."""

from practice.kernel.unit import Unit


async def note_restored(unit: Unit) -> None:
    """The entry before it says to when."""
    unit.record("firm.restored")
