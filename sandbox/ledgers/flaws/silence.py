"""Lets some businesses fall silent: no invoice and no bill for 30, 31, 90 or 91 days; only where nothing else is planted."""

from ..contacts import Maker

CHECK = "DQ45"


def plant(maker: Maker) -> None:
    """Whoever has other flaws has documents of every month's end, so only tidy books can fall silent to the day."""
    books = maker.books
    rnd = books.stream(CHECK)
    if books.neglect > 0.0 or rnd.random() < 0.3:
        return
    gap = rnd.choice((30, 31, 90, 91))
    books.silent_from = books.today - gap + 1
    if gap > 30:
        books.plant(CHECK, key="organisation", gap=gap)
    else:
        books.spare(CHECK, "organisation")
