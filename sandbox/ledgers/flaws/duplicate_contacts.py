"""Adds contacts that are somebody else's twin; beside them archived twins, names a digit apart and short names a letter apart."""

from collections.abc import Callable

from ...world import names, numbers
from ..books import Contact
from ..contacts import Maker, normalised

CHECK = "DQ06"


def _same_email(maker: Maker, one: Contact) -> Contact:
    if not one.email:
        one.email = f"office@{normalised(one.name)[:40]}.example"
        maker.register.is_new(one.email)
    twin = maker.contact(maker.unique_name(names.business), email=False)
    twin.email = one.email.upper()
    return twin


def _same_tax_number(maker: Maker, one: Contact) -> Contact:
    one.tax_number = one.tax_number or maker.new_number(numbers.tax)
    twin = maker.contact(maker.unique_name(names.business))
    twin.tax_number = one.tax_number
    return twin


def _same_bank(maker: Maker, one: Contact) -> Contact:
    one.bank = one.bank or maker.new_number(numbers.bank_account)
    twin = maker.contact(maker.unique_name(names.business))
    twin.bank = "".join(sign for sign in one.bank if sign.isdigit())
    return twin


def _same_name(maker: Maker, one: Contact) -> Contact:
    """A pair whose names differ by suffix, ampersand, accent or apostrophe only."""
    kept = one.name.removesuffix(" Pty Ltd").removesuffix(" Pty. Limited").removesuffix(" Limited").removesuffix(" Ltd")
    other = f"{kept.replace(' & ', ' and ').upper()} Co" if " & " in kept else f"{kept.replace(chr(39), '')} Limited"
    if other == one.name:
        other = f"{kept} Pty Ltd"
    return maker.contact(other)


def _one_edit(maker: Maker, one: Contact) -> Contact:
    key = normalised(one.name)
    for at in range(3, len(one.name) - 1):
        pair = one.name[at : at + 2]
        if not (pair.isascii() and pair.isalpha() and pair.islower()) or pair[0] == pair[1]:
            continue
        for other in (one.name[:at] + one.name[at + 1 :], one.name[:at] + pair[::-1] + one.name[at + 2 :]):
            if normalised(other) != key and maker.register.neighbours(other) == {key}:
                maker.register.enter(other)
                return maker.contact(other)
    return _same_tax_number(maker, one)


KINDS: tuple[Callable[[Maker, Contact], Contact], ...] = (
    _same_name,
    _same_email,
    _one_edit,
    _same_tax_number,
    _same_bank,
)


def plant(maker: Maker) -> None:
    books = maker.books
    originals = [one for one in books.suppliers if len(normalised(one.name)) >= 10]
    wanted = min(books.many(CHECK, 0.004), len(originals) // 2, 60)
    for at in range(wanted):
        one = originals[-1 - at]
        ids = [one.id, KINDS[at % len(KINDS)](maker, one).id]
        if at % 7 == 3:
            # A chain: the third resembles the second only.
            second = next(other for other in reversed(books.contacts) if other.id == ids[1])
            ids.append(_same_bank(maker, second).id if at % len(KINDS) != 4 else _same_email(maker, second).id)
        books.plant(CHECK, ids=ids)
    if books.neglect > 0.1:
        _near_misses(maker, originals[0])


def _near_misses(maker: Maker, one: Contact) -> None:
    gone = maker.contact(
        f"{one.name} Limited" if not one.name.endswith("Limited") else one.name.removesuffix(" Limited"), email=False
    )
    gone.status, gone.email = "ARCHIVED", one.email
    for name in ("Storage Unit 12", "Storage Unit 13", "Boles", "Coles", "Tidal Works LLP", "Tidal Wharves LLP"):
        maker.named(name)
