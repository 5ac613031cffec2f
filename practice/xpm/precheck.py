"""Looks through what a practice holds before it is imported: what stands in the way, and what is better put right first. Pure.

Each rule carries its own level and remedy; nobody else words them. A blocker keeps its row from being imported, a warning
and a note do not.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from stdnum import ean
from stdnum.au import abn, acn

from practice.providers.parties import RemoteParty, RemoteStaff
from practice.xpm.names import digits, entity_name, words
from practice.xpm.relations import Edge, edges

Level = Literal["blocker", "warning", "note"]

OLDEST_YEARS = 120
# Shares are any number, but a total so near to a hundred was meant as one.
NEARLY_A_HUNDRED = (80, 120)
_PLACEHOLDERS = frozenset({"na", "n a", "tba", "tbc", "test", "unknown", "none", "no name", "new client", "x", "xx", "xxx"})
_EMAIL = re.compile(r"[^\s@,;<>()\[\]\"]+@[^\s@,;<>()\[\]\"]+\.[^\s@,;<>()\[\]\".]{2,}")
_NAMED_AT_MOST = 3
CROWD = 30


@dataclass(frozen=True, slots=True)
class Remark:
    """`code` and `level` are the rule's; `text` speaks of this record; `remedy` says what helps."""

    code: str
    level: Level
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Rule:
    level: Level
    title: str
    """What it finds, for the filter."""
    remedy: str


RULES: Final[Mapping[str, Rule]] = {
    "no_name": Rule("blocker", "No name", "Give it a name in Xero Practice Manager, then refresh."),
    "unmapped_structure": Rule(
        "blocker", "Business structure unknown", "Say below what this business structure means; it is asked once."
    ),
    "matching_again": Rule(
        "blocker", "Being matched again", "It takes some seconds; should it stay, say once more what the structure means."
    ),
    "placeholder_name": Rule("warning", "A placeholder for a name", "Give it its name in Xero Practice Manager, or skip it."),
    "half_name": Rule("note", "First or last name missing", "Fill in both in Xero Practice Manager: matching looks at them."),
    "same_number": Rule(
        "warning", "Two records with one number", "Merge or archive one of them in Xero Practice Manager, or skip it here."
    ),
    "number_of_another": Rule(
        "warning",
        "The number of another kind of entity",
        "See in the business register whose number it is, and put it right in Xero Practice Manager.",
    ),
    "same_person": Rule(
        "warning", "Probably the same person twice", "Merge or archive one of them in Xero Practice Manager, or skip it here."
    ),
    "same_entity": Rule(
        "warning", "Probably the same entity twice", "Merge or archive one of them in Xero Practice Manager, or skip it here."
    ),
    "invalid_business_number": Rule(
        "warning", "Business number mistyped", "Compare it with the business register and correct it in Xero Practice Manager."
    ),
    "invalid_company_number": Rule(
        "warning", "Company number mistyped", "Compare it with the company register and correct it in Xero Practice Manager."
    ),
    "impossible_birth": Rule("warning", "Impossible date of birth", "Correct the date of birth in Xero Practice Manager."),
    "invalid_email": Rule("warning", "E-mail address cannot be right", "Correct the e-mail address in Xero Practice Manager."),
    "invalid_phone": Rule("note", "Telephone number cannot be right", "Correct the number in Xero Practice Manager."),
    "shared_email": Rule(
        "note", "Shares an e-mail address", "It is imported as it is. To sign in one day, each needs an address of their own."
    ),
    "percentages_not_100": Rule(
        "warning", "Percentages do not come to 100", "Correct the percentages in Xero Practice Manager."
    ),
    "shares_not_100": Rule(
        "warning",
        "Shares do not come to 100",
        "Compare the shares with the company register and correct them in Xero Practice Manager.",
    ),
    "director_not_a_person": Rule(
        "warning", "A director who is not a person", "Correct the relationship in Xero Practice Manager: only people are directors."
    ),
    "company_without_director": Rule(
        "warning", "A company without a director", "Add its directors in Xero Practice Manager."
    ),
    "trust_without_trustee": Rule("warning", "A trust without a trustee", "Add its trustee in Xero Practice Manager."),
    "fund_without_trustee": Rule("warning", "A fund without a trustee", "Add its trustees in Xero Practice Manager."),
    "members_are_not_trustees": Rule(
        "warning",
        "A fund's members are not its trustees",
        "Every member of a self-managed fund is a trustee or a director of its trustee, and nobody else is: correct either"
        " list in Xero Practice Manager.",
    ),
    "related_to_itself": Rule("warning", "Related to itself", "Remove the relationship in Xero Practice Manager."),
    "related_twice": Rule("note", "The same relationship twice", "Remove one of them in Xero Practice Manager."),
    "ended_before_it_began": Rule(
        "warning", "A relationship that ended before it began", "Correct its dates in Xero Practice Manager."
    ),
    "unknown_relationship": Rule(
        "note", "A relationship that is not Xero's", "Nothing to do: it is kept and shown as it was written."
    ),
    "relative_not_there": Rule(
        "note", "Related to a client that is not there", "Nothing to do: its name is kept until that client is imported."
    ),
    "archived_in_group": Rule(
        "note", "Archived, and still in a group", "Take it out of the group in Xero Practice Manager, or leave it: it stays a member."
    ),
    "unnamed_contact": Rule("note", "A contact without a name", "Name the contact in Xero Practice Manager."),
    "contact_twice": Rule("note", "The same contact twice", "Remove one of them in Xero Practice Manager."),
    "no_primary_contact": Rule("note", "No primary contact", "Say in Xero Practice Manager whom to ask first."),
    "manager_not_on_staff": Rule(
        "note",
        "Looked after by somebody who is not on the staff",
        "Choose another partner or manager in Xero Practice Manager, or assign one here after the import.",
    ),
    "staff_without_email": Rule(
        "note", "No e-mail address", "Add one in Xero Practice Manager to invite them; they can be linked without."
    ),
    "staff_shared_email": Rule(
        "warning", "Staff with one e-mail address", "Give each an address of their own in Xero Practice Manager: it is how they sign in."
    ),
}  # fmt: skip


MATCHING_AGAIN: Final = Remark(
    "matching_again", "blocker", "It is matched again, now that its structure is known.", RULES["matching_again"].remedy
)
"""Stands on a row whose structure was just explained, until what follows from it is worked out."""


def precheck(
    parties: Sequence[RemoteParty], kinds: Mapping[str, str | None], staff: Sequence[RemoteStaff], as_of: date
) -> dict[str, list[Remark]]:
    """By remote id, blockers first; who has nothing is not in it. `kinds`: what each party's structure means."""
    look = _Look(parties, kinds, staff, as_of)
    found: dict[str, dict[tuple[str, str], Remark]] = defaultdict(dict)
    for rule in _LOOKS:
        for remote_id, code, text in rule(look):
            of = RULES[code]
            found[remote_id].setdefault((code, text), Remark(code, of.level, text, of.remedy))
    order = list(RULES)
    return {
        remote_id: sorted(some.values(), key=lambda one: (_LEVELS[one.level], order.index(one.code), one.text))
        for remote_id, some in sorted(found.items())
    }


_LEVELS: Final[Mapping[Level, int]] = {"blocker": 0, "warning": 1, "note": 2}
Told = Iterator[tuple[str, str, str]]


class _Look:
    """All of it, with what several rules ask worked out once. Deleted records are looked at by no rule, archived by few."""

    def __init__(
        self, parties: Sequence[RemoteParty], kinds: Mapping[str, str | None], staff: Sequence[RemoteStaff], as_of: date
    ) -> None:
        self.as_of, self.kinds, self.staff = as_of, kinds, staff
        self.all = {party.remote_id: party for party in sorted(parties, key=lambda party: party.remote_id)}
        self.there = [party for party in self.all.values() if not party.deleted]
        self.active = [party for party in self.there if not party.archived]
        self.edges = edges(parties, kinds)
        self.current: dict[tuple[str, str], list[Edge]] = defaultdict(list)
        """What still holds, by whom it is of and as what."""
        for one in self.edges:
            if one.role and not one.ended(as_of):
                self.current[one.to_id, one.role].append(one)
        # A practice that keeps no relationships says nothing by having none.
        self.keeps = {one.role for one in self.edges}

    def kind(self, remote_id: str) -> str | None:
        return self.kinds.get(remote_id)

    def holders(self, remote_id: str, role: str) -> set[str]:
        return {one.from_id for one in self.current.get((remote_id, role), ())}

    def name(self, remote_id: str) -> str:
        one = self.all.get(remote_id)
        return (one.name.strip() if one else "") or "a client without a name"


def _names(look: _Look) -> Told:
    for one in look.there:
        said = " ".join(words(one.name))
        if not one.name.strip():
            yield one.remote_id, "no_name", "It has no name."
        elif not said or said in _PLACEHOLDERS:
            yield one.remote_id, "placeholder_name", f"“{one.name.strip()}” is no name."
        first, last = (one.fields.get(field, "").strip() for field in ("first_name", "last_name"))
        if look.kind(one.remote_id) == "person" and bool(first) != bool(last):
            missing, there = ("last", first) if first else ("first", last)
            yield one.remote_id, "half_name", f"There is no {missing} name beside {there}."


def _structures(look: _Look) -> Told:
    for one in look.there:
        if look.kind(one.remote_id) is None:
            named = " ".join(one.structure.split())
            yield (
                one.remote_id,
                "unmapped_structure",
                f"Nobody has said yet what the business structure “{named}” means." if named else "It has no business structure.",
            )


def _numbers(look: _Look) -> Told:
    for one in look.there:
        business, company = digits(one.private.get("business_number", "")), digits(one.private.get("company_number", ""))
        if one.private.get("business_number", "").strip() and _wrong_business(business):
            yield one.remote_id, "invalid_business_number", "The business number is none: its length or its check digits are wrong."
        if one.private.get("company_number", "").strip() and _wrong_company(company, one.fields.get("country", "")):
            yield one.remote_id, "invalid_company_number", "The company number is none: its length or its check digits are wrong."


def _wrong_business(number: str) -> bool:
    """An ABN has eleven digits, New Zealand's NZBN thirteen, as bar codes have; both end or begin with check digits."""
    return not {11: abn.is_valid, 13: ean.is_valid}.get(len(number), lambda _: False)(number)


def _wrong_company(number: str, country: str) -> bool:
    """An ACN has nine digits; other countries' numbers are of other lengths and have no check digits."""
    if len(number) == 9:
        return not acn.is_valid(number)
    return country.strip().casefold() in ("", "au", "aus", "australia")


def _same_numbers(look: _Look) -> Told:
    held: dict[tuple[str, str], list[RemoteParty]] = defaultdict(list)
    for one in look.active:
        business, company = digits(one.private.get("business_number", "")), digits(one.private.get("company_number", ""))
        if not _wrong_business(business):
            held["business", business].append(one)
        if len(company) == 9 and acn.is_valid(company):
            held["company", company].append(one)
        elif len(business) == 11 and look.kind(one.remote_id) == "company" and acn.is_valid(business[2:]):
            # A company's business number is its company number behind two check digits.
            held["company", business[2:]].append(one)
    told: set[tuple[str, str]] = set()
    for (what, _), of in held.items():
        for at, one in enumerate(of):
            # Two companies that share both numbers are told once.
            others = [other for other in _around(of, at) if (one.remote_id, other.remote_id) not in told]
            told |= {(one.remote_id, other.remote_id) for other in others}
            same = [other for other in others if look.kind(other.remote_id) == look.kind(one.remote_id)]
            unlike = [other for other in others if other not in same]
            if same:
                yield one.remote_id, "same_number", f"{_listed(same)} {_have(same)} its {what} number too."
            if unlike:
                yield one.remote_id, "number_of_another", f"{_listed(unlike)} {_have(unlike)} its {what} number too."


def _same_people(look: _Look) -> Told:
    """The same name where nothing speaks against it, or nearly the same beside the same birthday."""
    alike: dict[tuple[str, str], list[RemoteParty]] = defaultdict(list)
    for one in look.active:
        first, last = (_bare(one.fields.get(field, "")) for field in ("first_name", "last_name"))
        if look.kind(one.remote_id) == "person" and first and last:
            alike[last, first[0]].append(one)
    for some in alike.values():
        some.sort(key=lambda one: _bare(one.fields["first_name"]))
        for at, one in enumerate(some):
            same = [other for other in _around(some, at) if _same_person(one, other)]
            if same:
                why = "the same name" if all(_firsts(one, other)[0] == _firsts(one, other)[1] for other in same) else (
                    "the same last name and birthday, and nearly the same first name"
                )
                yield one.remote_id, "same_person", f"{_listed(same)} {_have(same)} {why}."


def _bare(name: str) -> str:
    return "".join(words(name))


def _same_person(one: RemoteParty, other: RemoteParty) -> bool:
    births = {party.private.get("date_of_birth", "") for party in (one, other)}
    short, long = _firsts(one, other)
    if "" not in births:
        # Twins have one birthday and two names; a short form has the other's first letters.
        return len(births) == 1 and long.startswith(short[:2])
    emails = {party.fields.get("email", "").strip().casefold() for party in (one, other)}
    return short == long and len(emails - {""}) <= 1


def _firsts(one: RemoteParty, other: RemoteParty) -> tuple[str, str]:
    short, long = sorted((_bare(party.fields["first_name"]) for party in (one, other)), key=len)
    return short, long


def _same_entities(look: _Look) -> Told:
    by_name: dict[tuple[str | None, str], list[RemoteParty]] = defaultdict(list)
    for one in look.active:
        if look.kind(one.remote_id) not in ("person", None) and (name := entity_name(one.name)):
            by_name[look.kind(one.remote_id), name].append(one)
    for of in by_name.values():
        for at, one in enumerate(of):
            same = [other for other in _around(of, at) if not _numbers_differ(one, other)]
            if same:
                yield one.remote_id, "same_entity", f"{_listed(same)} {_have(same)} the same name, and no other number."


def _numbers_differ(one: RemoteParty, other: RemoteParty) -> bool:
    for field in ("business_number", "company_number"):
        numbers = {digits(party.private.get(field, "")) for party in (one, other)}
        if "" not in numbers and len(numbers) == 2:
            return True
    return False


def _births(look: _Look) -> Told:
    # Numbers and dates of birth are kept sealed: what is said of them does not say them.
    for one in look.there:
        said = one.private.get("date_of_birth", "").strip()
        if not said:
            continue
        try:
            born = date.fromisoformat(said)
        except ValueError:
            yield one.remote_id, "impossible_birth", "The date of birth is no day."
            continue
        if born > look.as_of:
            yield one.remote_id, "impossible_birth", "The date of birth is still to come."
        elif born.year < look.as_of.year - OLDEST_YEARS:
            yield one.remote_id, "impossible_birth", "The date of birth is so long ago that nobody is that old."


def _reached(look: _Look) -> Told:
    for one in look.there:
        addresses = [one.fields.get("email", ""), *(contact.email for contact in one.contacts)]
        for address in dict.fromkeys(address.strip() for address in addresses):
            if address and not _EMAIL.fullmatch(address):
                yield one.remote_id, "invalid_email", f"{address} is no e-mail address."
        phones = [one.fields.get(field, "") for field in ("phone", "mobile")]
        for phone in dict.fromkeys(phone.strip() for phone in phones):
            if phone and not 6 <= len(digits(phone)) <= 15:
                yield one.remote_id, "invalid_phone", f"{phone} is no telephone number."


def _shared_addresses(look: _Look) -> Told:
    of: dict[str, list[RemoteParty]] = defaultdict(list)
    for one in look.active:
        if look.kind(one.remote_id) == "person" and (address := one.fields.get("email", "").strip().casefold()):
            of[address].append(one)
    for address, people in of.items():
        for one in people if len(people) > 1 else ():
            yield one.remote_id, "shared_email", f"{_besides(one, people)} {address} too."


def _parts(look: _Look) -> Told:
    for one in look.there:
        for role in ("partner", "owner", "shareholder"):
            held = look.current.get((one.remote_id, role), [])
            percents = [edge.percentage for edge in held if edge.percentage]
            if percents and abs(sum(percents, Decimal()) - 100) >= 1:
                yield (
                    one.remote_id,
                    "percentages_not_100",
                    f"The percentages of its {role}s come to {sum(percents, Decimal()).normalize():f}.",
                )
            shares = [edge.shares for edge in held if edge.shares]
            total = sum(shares, Decimal())
            if shares and not percents and total != 100 and NEARLY_A_HUNDRED[0] <= total <= NEARLY_A_HUNDRED[1]:
                yield one.remote_id, "shares_not_100", f"The shares of its {role}s come to {total:f}."


def _roles(look: _Look) -> Told:
    for one in look.active:
        kind, id_ = look.kind(one.remote_id), one.remote_id
        for director in sorted(look.holders(id_, "director")):
            if look.kind(director) not in ("person", None):
                yield id_, "director_not_a_person", f"{look.name(director)} is its director and no person."
        if kind == "company" and "director" in look.keeps and not look.holders(id_, "director"):
            yield id_, "company_without_director", "Nobody is its director."
        trustees = look.holders(id_, "trustee")
        if kind == "trust" and "trustee" in look.keeps and not trustees:
            yield id_, "trust_without_trustee", "Nobody is its trustee."
        if kind == "super_fund" and look.keeps & {"trustee", "member"}:
            if not trustees:
                yield id_, "fund_without_trustee", "Nobody is its trustee."
            elif text := _fund_is_wrong(look, id_, trustees):
                yield id_, "members_are_not_trustees", text


def _fund_is_wrong(look: _Look, fund: str, trustees: set[str]) -> str | None:
    """A self-managed fund's members are its trustees, or direct the company that is; alone, one may have a second beside."""
    members, running = look.holders(fund, "member"), set()
    for trustee in trustees:
        if look.kind(trustee) == "person":
            running.add(trustee)
        else:
            directors = look.holders(trustee, "director")
            if not directors:
                return None
            running |= directors
    if not members:
        return None
    missing, strangers = sorted(members - running), sorted(running - members)
    if missing:
        return f"{look.name(missing[0])} is its member, but neither its trustee nor a director of its trustee."
    if strangers and not (len(members) == 1 and len(running) == 2):
        return f"{look.name(strangers[0])} is its trustee or a director of its trustee, but not its member."
    return None


def _relations(look: _Look) -> Told:
    written: dict[tuple[str, str, str, date | None], int] = defaultdict(int)
    for edge in look.edges:
        # Told at the record where it was written.
        id_ = edge.from_id
        if edge.from_id == edge.to_id:
            yield id_, "related_to_itself", f"It is its own {edge.type}."
            continue
        if edge.to_id not in look.all:
            yield id_, "relative_not_there", f"It is {edge.type} of {edge.to_name or 'a client'}, who is not among these."
        if edge.from_id not in look.all:
            yield edge.to_id, "relative_not_there", f"{edge.from_name or 'A client'}, its {edge.type}, is not among these."
        if edge.role is None:
            yield id_, "unknown_relationship", f"“{edge.type}” of {edge.to_name} is a word of the practice's own."
        if edge.started_on and edge.ended_on and edge.ended_on < edge.started_on:
            yield id_, "ended_before_it_began", f"{edge.type} of {edge.to_name} from {edge.started_on} to {edge.ended_on}."
        parcels = edge.role in ("shareholder", "owner")
        written[id_, edge.to_id, edge.role or edge.type, edge.ended_on] += not parcels
        if written[id_, edge.to_id, edge.role or edge.type, edge.ended_on] == 2:
            yield id_, "related_twice", f"It is {edge.type} of {edge.to_name} twice."


def _groups(look: _Look) -> Told:
    for one in look.there:
        if one.archived and one.groups:
            yield one.remote_id, "archived_in_group", f"It is in {_joined([name for _, name in one.groups])}."


def _contacts(look: _Look) -> Told:
    for one in look.active:
        if any(not contact.name.strip() for contact in one.contacts):
            yield one.remote_id, "unnamed_contact", "One of its contacts has no name."
        known = [(_bare(contact.name), contact.email.strip().casefold()) for contact in one.contacts if contact.name.strip()]
        if len(set(known)) < len(known):
            yield one.remote_id, "contact_twice", "Two of its contacts have the same name and e-mail address."
        if one.contacts and not any(contact.primary for contact in one.contacts):
            yield one.remote_id, "no_primary_contact", "None of its contacts is the first to ask."


def _staff(look: _Look) -> Told:
    here = {one.remote_id for one in look.staff}
    for party in look.active if here else ():
        for manager in dict.fromkeys((party.account_manager, party.job_manager)):
            if manager and manager[0] not in here:
                yield party.remote_id, "manager_not_on_staff", f"{manager[1] or 'Somebody'} is not on the staff."
    of: dict[str, list[RemoteStaff]] = defaultdict(list)
    for one in look.staff:
        address = one.email.strip().casefold()
        if not one.name.strip():
            yield one.remote_id, "no_name", "There is no name."
        if not address:
            yield one.remote_id, "staff_without_email", "There is no e-mail address."
        elif not _EMAIL.fullmatch(address):
            yield one.remote_id, "invalid_email", f"{one.email.strip()} is no e-mail address."
        else:
            of[address].append(one)
    for some in of.values():
        for one in some if len(some) > 1 else ():
            yield one.remote_id, "staff_shared_email", f"{_besides(one, some)} it too."


def _listed(some: Iterable[RemoteParty | RemoteStaff]) -> str:
    return _joined(sorted(one.name.strip() or "a record without a name" for one in some))


def _around(of: Sequence[RemoteParty], at: int) -> Iterator[RemoteParty]:
    """The others: of a crowd that shares one value, as where a number stands for none, only those beside it."""
    return (other for other in of[max(0, at - CROWD) : at + CROWD] if other is not of[at])


def _besides(one: RemoteParty | RemoteStaff, of: Sequence[RemoteParty | RemoteStaff]) -> str:
    """The others of them, the first few by name: an office's address may be that of thousands."""
    others = [other for other in of[: _NAMED_AT_MOST + 1] if other is not one][:_NAMED_AT_MOST]
    names = [other.name.strip() or "a record without a name" for other in others]
    return f"{_joined(names, of=len(of) - 1)} {'has' if len(of) == 2 else 'have'}"


def _joined(names: Sequence[str], *, of: int | None = None) -> str:
    shown, rest = list(names[:_NAMED_AT_MOST]), (of or len(names)) - min(len(names), _NAMED_AT_MOST)
    if rest > 0:
        shown.append(f"{rest} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _have(some: Sequence[object]) -> str:
    return "has" if len(some) == 1 else "have"


_LOOKS: Final[Sequence[Callable[[_Look], Told]]] = (
    _names, _structures, _numbers, _same_numbers, _same_people, _same_entities, _births, _reached, _shared_addresses,
    _parts, _roles, _relations, _groups, _contacts, _staff,
)  # fmt: skip
