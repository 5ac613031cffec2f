"""DQ06: contacts that look like one and the same, by e-mail, tax number, bank account or name."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from rapidfuzz.distance import OSA

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of, key_of
from practice.scoring.columns import active_contacts
from practice.scoring.likeness import Sets, digits, plain_name
from practice.scoring.score import share

NEAR_FROM_LETTERS = 8


def look(books: Books) -> Found:
    contacts = {
        row["id"]: row for row in active_contacts(books).sort("id").iter_rows(named=True)
    }
    if not contacts:
        return Found(of=0, not_applicable="There are no active contacts.")
    marks = {
        "e-mail address": {id_: (row["email"] or "").strip().casefold() for id_, row in contacts.items()},
        "tax number": {id_: digits(row["tax_number"]) for id_, row in contacts.items()},
        "bank account": {id_: digits(row["bank_account"]) for id_, row in contacts.items()},
        "name": {id_: plain_name(row["name"] or "") for id_, row in contacts.items()},
    }
    links = [(a, b, mark) for mark, values in marks.items() for a, b in same(values)]
    links += [(a, b, "nearly the same name") for a, b in nearly_same(marks["name"])]
    together = Sets(contacts)
    reasons: dict[str, set[str]] = defaultdict(set)
    for a, b, _ in links:
        together.join(a, b)
    for a, _, mark in links:
        reasons[together.root(a)].add(mark)
    return Found(
        findings=tuple(
            Finding(
                key=key_of(group),
                fingerprint=fingerprint_of(*(values.get(id_) for id_ in group for values in marks.values()), *group),
                title=" · ".join(contacts[id_]["name"] or "Without a name" for id_ in group[:4]),
                detail=f"{len(group)} contacts share {_listed(reasons[together.root(group[0])])}",
                contact=contacts[group[0]]["name"],
                facts={"contacts": [{"id": id_, "name": contacts[id_]["name"]} for id_ in group]},
                links=tuple(Link("contact", id_, contacts[id_]["name"] or "Without a name") for id_ in group),
                count=len(group) - 1,
            )
            for group in together.groups()
        ),
        of=len(contacts),
    )


def same(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Neighbours among the ids of each value; an empty value is like no other."""
    by_value: dict[str, list[str]] = defaultdict(list)
    for id_, value in values.items():
        if value:
            by_value[value].append(id_)
    for ids in by_value.values():
        yield from pairwise(ids)


def nearly_same(names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs of long names without digits, one edit or one swap apart.

    Two such names have a form in common once each may lose one letter, so only names that share one are compared.
    """
    first_with: dict[str, str] = {}
    for id_, name in names.items():
        if sum(char.isalpha() for char in name) >= NEAR_FROM_LETTERS and not any(char.isdigit() for char in name):
            first_with.setdefault(name, id_)
    shortened: dict[str, list[str]] = defaultdict(list)
    for name in first_with:
        for form in {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}:
            shortened[form].append(name)
    compared: set[tuple[str, str]] = set()
    for bucket in shortened.values():
        for at, a in enumerate(bucket):
            for b in bucket[at + 1 :]:
                if (a, b) not in compared:
                    compared.add((a, b))
                    if OSA.distance(a, b, score_cutoff=1) == 1:
                        yield first_with[a], first_with[b]


def _listed(words: set[str]) -> str:
    ordered = sorted(words)
    return ordered[0] if len(ordered) == 1 else f"{', '.join(ordered[:-1])} and {ordered[-1]}"


CHECK = Check(
    code="DQ06",
    title="Duplicate contacts",
    group="Contacts",
    severity="medium",
    why="Two records of one customer or supplier split its history, hide duplicate bills and send statements that are half right.",
    fix="Open both in Xero and merge them there, keeping the record with the right e-mail and bank details.",
    definition=(
        "Active contacts with the same e-mail address, tax number or bank account, or the same name once case, accents, "
        "punctuation and words such as Ltd or Pty are left out; long names may differ by one letter. Contacts linked "
        "through others are one group, which counts its size less one."
    ),
    source="Contacts",
    needs={"contacts": ("id", "name", "email", "tax_number", "bank_account", "status")},
    degree=share("0.05"),
    says="Too many: {n} of {of} active contacts.",
    look=look,
)
