"""Says which of our clients a record of XPM is: a ladder of rules, the first that fires, with its reasons (xpm.md 3.3). Pure.

Only a number, a birth date beside a name, or an e-mail address beside a name ties by itself, and only where neither side
has another that fits as well. Everything else is shown to a person. An e-mail address alone is never identity: couples
share theirs.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal
from uuid import UUID

from rapidfuzz import fuzz, process
from stdnum import ean
from stdnum.au import abn, acn

from practice.xpm.names import digits, entity_name, person_words, words

Proposed = Literal["linked", "match", "check", "create", "skip", "ignored"]

REASONS: Final[Mapping[str, str]] = {
    "linked_before": "Linked to this client before.",
    "same_business_number": "The same business number.",
    "same_company_number": "The same company number.",
    "same_name_and_birth": "The same first and last name and date of birth.",
    "same_name_and_email": "The same name and e-mail address.",
    "same_name_and_address": "The same name and address.",
    "same_name": "The same name.",
    "same_family_and_birth": "The same last name and date of birth.",
    "same_first_and_birth": "The same first name and date of birth; a last name may change.",
    "similar_name": "Nearly the same name.",
    "same_email": "The same e-mail address, which people may share.",
    "other_kind": "But one is a person or another kind of entity.",
    "other_number": "But their business or company numbers differ.",
    "other_birth": "But their dates of birth differ.",
    "other_name": "But their names differ.",
    "taken": "That client is already linked to another record.",
    "archived_here": "That client is archived here. Restore it to link it; made anew, it would be here twice.",
    "also_fits": "Another record of Xero Practice Manager fits this client better or as well.",
    "several_match": "More than one client fits as well.",
    "archived": "Archived in Xero Practice Manager.",
    "ignored": "Somebody decided to ignore it for good.",
    "nothing_like_it": "Nothing here is like it.",
    "remote_deleted": "Deleted in Xero Practice Manager. Everything here is kept; only the link ends.",
    "staff_gone": "No longer on the staff in Xero Practice Manager. They keep their place here until somebody removes them.",
    "merged_into": "The record this client was linked to is gone there; the two were probably merged.",
    "new_id": "The record this client was linked to is archived there; this one was probably made in its place.",
    "no_email": "It has no e-mail address, so nobody can be invited.",
}
"""What each code says to people."""

BOUND = frozenset({"taken", "archived_here"})
MOST_CANDIDATES = 5
SIMILAR_FROM = 90
SIMILAR_FROM_LETTERS = 8
# An address that so many share is an office's: it says nothing about any of them.
SHARED_BY_MOST = 12
# Words that more of ours than this have in their names, such as "trust", lead to nobody.
COMMON_FROM = 300
# Of clients who share one value, as where all have the practice's own number, no more are looked at.
CROWD = 50
_BASE = {1: 96, 2: 94, 3: 92, 4: 80, 5: 75, 6: 60}


@dataclass(frozen=True, slots=True)
class Theirs:
    """A client as XPM has it; `kind` as practice.clients.models.KINDS, '' is unknown everywhere else."""

    remote_id: str
    kind: str | None
    name: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    address: str = ""
    postcode: str = ""
    business_number: str = ""
    company_number: str = ""
    date_of_birth: str = ""
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Ours:
    """A client of the firm; `linked_to`: the id of the record of this practice that it is tied to. `shelved`: archived
    here by somebody, so that nothing ties it by itself.
    """

    id: UUID
    kind: str | None
    name: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    address: str = ""
    postcode: str = ""
    business_number: str = ""
    company_number: str = ""
    date_of_birth: str = ""
    linked_to: str | None = None
    has_books: bool = False
    shelved: bool = False


@dataclass(frozen=True, slots=True)
class TheirStaff:
    remote_id: str
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class OurMember:
    id: UUID
    name: str
    email: str = ""
    linked_to: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of ours that it may be: by which rule of the ladder, how surely (0-100), and why."""

    id: UUID
    name: str
    rank: int
    score: int
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Proposal:
    proposal: Proposed
    target: UUID | None
    reasons: list[str]
    candidates: list[Candidate]


@dataclass(slots=True)
class _Known:
    """A record with what is compared worked out once."""

    of: Theirs | Ours
    kind: str | None
    person: tuple[str, ...]
    """The words of first and last name, sorted, so that `Hill, Ada` and `Ada Hill` are the same; () for an entity."""
    first: str
    last: str
    entity: str
    email: str
    business: str
    company: str
    unsure: tuple[str, ...]
    """Numbers that have no check digit that we know of."""
    born: str
    where: str


@dataclass(frozen=True, slots=True)
class _Fit:
    """How one of theirs fits one of ours. `sure`: the rule ties by itself; `against`: what speaks against it."""

    ours: _Known
    rank: int
    score: int
    reasons: tuple[str, ...]
    sure: bool
    against: tuple[str, ...]

    @property
    def id(self) -> UUID:
        assert isinstance(self.ours.of, Ours)
        return self.ours.of.id


def propose(
    theirs: Sequence[Theirs],
    ours: Sequence[Ours],
    *,
    linked: Mapping[str, UUID],
    ignored: Collection[str],
    trusts_by_name: bool = False,
) -> dict[str, Proposal]:
    """By remote id, what to do with each. `trusts_by_name`: a trust or fund without numbers is tied by its name alone.

    The order of either side changes nothing.
    """
    here = {one.id: one for one in ours}
    found: dict[str, Proposal] = {}
    asked: list[_Known] = []
    known = [_known(one) for one in theirs]
    for one, shape in zip(theirs, known, strict=True):
        target = linked.get(one.remote_id)
        if target in here and target is not None:
            found[one.remote_id] = Proposal("linked", target, ["linked_before"], [])
        elif one.remote_id in ignored:
            found[one.remote_id] = Proposal("ignored", None, ["ignored"], [])
        else:
            asked.append(shape)
    book = _Book([_known(one) for one in sorted(here.values(), key=lambda one: one.id.bytes)])
    names = Counter(one.person for one in known if one.person)
    fits = {_id(shape): book.fits(shape, names, trusts_by_name=trusts_by_name) for shape in asked}
    return found | _settle(asked, fits)


def _settle(asked: Sequence[_Known], fits: Mapping[str, list[_Fit]]) -> dict[str, Proposal]:
    """Ties where one of theirs and one of ours fit nobody else as well; asks about the rest."""
    archived = {_id(one) for one in asked if isinstance(one.of, Theirs) and one.of.archived}
    found: dict[str, Proposal] = {}
    tied = _ties({id_: some for id_, some in fits.items() if id_ not in archived}, set())
    claimed = {fit.id for fit in tied.values()}
    shelved = _ties({id_: some for id_, some in fits.items() if id_ in archived}, claimed)
    for one in asked:
        id_, some = _id(one), fits[_id(one)]
        if id_ in archived:
            fit = shelved.get(id_)
            found[id_] = Proposal(
                "skip", fit.id if fit else None, ["archived", *(fit.reasons if fit else ())], _shown(some, set())
            )
        elif id_ in tied:
            found[id_] = Proposal("match", tied[id_].id, list(tied[id_].reasons), _shown(some, claimed - {tied[id_].id}))
        elif shown := _shown(some, claimed):
            found[id_] = Proposal("check", None, _why_asked(some, shown), shown)
        else:
            found[id_] = Proposal("create", None, ["nothing_like_it"], [])
    return found


def _ties(fits: Mapping[str, list[_Fit]], claimed: Collection[UUID]) -> dict[str, _Fit]:
    """The sure fits that are the best of both sides and the only sure one of both."""
    towards: dict[UUID, list[_Fit]] = defaultdict(list)
    for some in fits.values():
        for fit in some:
            if not fit.against:
                towards[fit.id].append(fit)

    def alone(fit: _Fit, among: Iterable[_Fit]) -> bool:
        return all(other is fit or (not other.sure and other.rank >= fit.rank) for other in among if not other.against)

    return {
        id_: fit
        for id_, some in fits.items()
        for fit in some
        if fit.sure
        and fit.id not in claimed
        and _bound(fit) is None
        and alone(fit, some)
        and alone(fit, towards[fit.id])
    }


def _shown(fits: Sequence[_Fit], claimed: Collection[UUID]) -> list[Candidate]:
    """The best few. One that is not free is shown only where it may be the same twice."""
    shown = []
    for fit in sorted(fits, key=lambda fit: (fit.rank + 10 * bool(fit.against), -fit.score, fit.id.bytes)):
        bound = [*filter(None, [_bound(fit) or ("also_fits" if fit.id in claimed else None)])]
        if bound and not _may_be_twice(fit):
            continue
        shown.append(Candidate(fit.id, fit.ours.of.name, fit.rank, fit.score, [*fit.reasons, *fit.against, *bound]))
    return shown[:MOST_CANDIDATES]


def _may_be_twice(fit: _Fit) -> bool:
    """Whether the practice may have it twice, so that a person should look before it is made anew."""
    if fit.against:
        # Father and son, or one of two dates mistyped.
        return fit.rank in (2, 3)
    return fit.rank <= 5 or "same_name" in fit.reasons or ("similar_name" in fit.reasons and len(fit.reasons) > 1)


def _why_asked(fits: Sequence[_Fit], shown: Sequence[Candidate]) -> list[str]:
    best = shown[0]
    reasons = list(best.reasons)
    if sum(fit.sure for fit in fits) > 1:
        reasons.append("several_match")
    elif any(fit.sure and fit.id == best.id for fit in fits) and not {*BOUND, "also_fits"} & set(reasons):
        # It fits surely, and yet was not tied: another of theirs, or another of ours by an earlier rule, fits as well.
        reasons.append("also_fits")
    elif len(shown) > 1 and shown[1].rank == best.rank:
        reasons.append("several_match")
    return reasons


def _bound(fit: _Fit) -> str | None:
    """Why this client cannot be linked as things are."""
    of = fit.ours.of
    if not isinstance(of, Ours):
        return None
    return "taken" if of.linked_to is not None else "archived_here" if of.shelved else None


@dataclass(slots=True)
class _Book:
    """Ours, to be found by whatever they may share with one of theirs."""

    ours: list[_Known]
    by: dict[tuple[str, object], list[int]] = field(default_factory=lambda: defaultdict(list))
    by_word: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for at, one in enumerate(self.ours):
            for key in _keys(one, asking=False):
                self.by[key].append(at)
            name = _compact(one)
            self.names.append(name)
            for word in _near_keys(name):
                self.by_word[word].append(at)

    def fits(self, one: _Known, names: Mapping[tuple[str, ...], int], *, trusts_by_name: bool) -> list[_Fit]:
        near: set[int] = set()
        for key in _keys(one, asking=True):
            same = self.by.get(key, ())
            if key[0] != "email" or len(same) <= SHARED_BY_MOST:
                # What so many share ties nobody, and what two things tie together is found by both.
                near.update(same[:CROWD])
        unique = not one.born and names.get(one.person, 0) == 1
        found = [fit for at in near if (fit := _fit(one, self.ours[at], unique, trusts_by_name=trusts_by_name))]
        if any(fit.rank <= 5 and not fit.against for fit in found):
            return found
        # Only what fits nowhere by its name is compared with names that are nearly it.
        alike = self._alike(one) - near
        return found + [
            fit for at in alike if (fit := _fit(one, self.ours[at], unique, trusts_by_name=trusts_by_name))
        ]

    def _alike(self, one: _Known) -> set[int]:
        name = _compact(one)
        if len(name) < SIMILAR_FROM_LETTERS:
            return set()
        near: set[int] = set()
        for key in _near_keys(name):
            some = self.by_word.get(key, ())
            if len(some) <= COMMON_FROM:
                near.update(some)
        choices = {at: self.names[at] for at in near}
        return {
            at
            for _, _, at in process.extract_iter(name, choices, scorer=fuzz.ratio, score_cutoff=SIMILAR_FROM)
            if digits(name) == digits(self.names[at])
        }


def _fit(one: _Known, other: _Known, unique: bool, *, trusts_by_name: bool) -> _Fit | None:
    """How they fit, or None where they share nothing that counts."""
    name, person = _same_name(one, other), _may_be_people(one, other)
    email = bool(one.email) and one.email == other.email
    born = person and bool(one.born) and one.born == other.born
    kinds_differ = bool(one.kind and other.kind and one.kind != other.kind)
    kinds_same = one.kind is not None and one.kind == other.kind
    business, company = _shared(one.business, other.business), _shared(_company_of(one), _company_of(other))
    unsure = set(one.unsure) & set(other.unsure)
    near = not name and _similar(one, other)

    against = []
    if kinds_differ:
        against.append("other_kind")
    if (one.business and other.business and not business) or (one.company and other.company and not company):
        against.append("other_number")
    if person and one.born and other.born and not born:
        against.append("other_birth")

    reasons = []
    if business or any(number.startswith("b") for number in unsure):
        reasons.append("same_business_number")
    if company or any(number.startswith("c") for number in unsure):
        reasons.append("same_company_number")
    if name and born:
        reasons.append("same_name_and_birth")
    if name and email:
        reasons.append("same_name_and_email")
    at_home = name and person and bool(one.where) and one.where == other.where
    if at_home:
        reasons.append("same_name_and_address")
    if name and not (born or email or at_home):
        reasons.append("same_name")
    if near:
        reasons.append("similar_name")
    if email and not name:
        reasons.append("same_email")
    if not name and born and one.last and one.last == other.last:
        reasons.append("same_family_and_birth")
    if not name and born and one.first and one.first == other.first:
        reasons.append("same_first_and_birth")
    if not reasons:
        return None

    sure = False
    if business or company:
        rank = 1
        # Numbers end up with the wrong one of trustee and trust: of unlike or unknown kinds, the names must agree too.
        sure = kinds_same or name
        if not name:
            reasons.append("other_name")
    elif name and born:
        rank, sure = 2, True
    elif name and email:
        rank, sure = 3, True
    elif name and person and (at_home or unique):
        rank = 4
    elif name and not person:
        rank = 5
        sure = (
            trusts_by_name
            and one.kind in ("trust", "super_fund")
            and not any((one.business, one.company, one.unsure, other.business, other.company, other.unsure))
        )
    else:
        rank = 6
        if against and not (name or unsure):
            return None
    score = _BASE[rank] + 2 * (len(reasons) - 1 - ("other_name" in reasons)) - 25 * bool(against)
    if near and rank == 6:
        score += 10
    return _Fit(other, rank, min(100, score), tuple(reasons), sure and not against, tuple(against))


def _same_name(one: _Known, other: _Known) -> bool:
    if one.person and other.person:
        if one.first and other.first:
            if one.first == other.first and one.last == other.last:
                return True
        elif one.person == other.person:
            return True
    return bool(one.entity) and one.entity == other.entity


def _similar(one: _Known, other: _Known) -> bool:
    if one.person and other.person and one.last and one.last == other.last and one.first and other.first:
        short, long = sorted((one.first, other.first), key=len)
        # An initial, or a name cut short.
        if long.startswith(short) and (len(short) == 1 or len(short) >= 3):
            return True
    a, b = _compact(one), _compact(other)
    if min(len(a), len(b)) < SIMILAR_FROM_LETTERS or digits(a) != digits(b):
        return False
    return a == b or fuzz.ratio(a, b, score_cutoff=SIMILAR_FROM) >= SIMILAR_FROM


def _may_be_people(one: _Known, other: _Known) -> bool:
    return one.kind in ("person", None) and other.kind in ("person", None) and bool(one.person and other.person) and (
        "person" in (one.kind, other.kind)
    )


def _shared(one: str, other: str) -> bool:
    return bool(one) and one == other


def _company_of(one: _Known) -> str:
    """An Australian company's business number is its company number behind two check digits."""
    if one.company or len(one.business) != 11 or one.kind not in ("company", None):
        return one.company
    return one.business[2:] if acn.is_valid(one.business[2:]) else ""


def _keys(one: _Known, *, asking: bool) -> list[tuple[str, object]]:
    keys: list[tuple[str, object]] = [("unsure", number) for number in one.unsure]
    keys += [
        (what, value)
        for what, value in (
            ("business", one.business),
            ("company", _company_of(one)),
            ("person", one.person),
            ("entity", one.entity),
            ("email", one.email),
            ("person and birth", (one.person, one.born) if one.person and one.born else ""),
            ("person and email", (one.person, one.email) if one.person and one.email else ""),
            ("entity and email", (one.entity, one.email) if one.entity and one.email else ""),
            ("family", (one.last, one.born) if one.last and one.born else ""),
            ("first", (one.first, one.born) if one.first and one.born else ""),
        )
        if value
    ]
    if one.last and one.first:
        whole = len(one.first) > 1
        keys.append(("short", (one.last, one.first[:3])))
        # An initial is looked for among whole names, and a whole name among initials.
        keys.append(("initial", (one.last, one.first[0], whole is not asking)))
    return keys


def _near_keys(name: str) -> set[str]:
    """Two long names, one edit apart, share a word, their beginning or their end."""
    if len(name) < SIMILAR_FROM_LETTERS:
        return set()
    return {*name.split(), f"^{name[:4]}", f"{name[-4:]}$"}


def _compact(one: _Known) -> str:
    return " ".join(one.person) if one.person and one.kind == "person" else one.entity or " ".join(one.person)


def _known(one: Theirs | Ours) -> _Known:
    may_be_person, may_be_entity = one.kind in ("person", None), one.kind != "person"
    first, last = " ".join(words(one.first_name)), " ".join(words(one.last_name))
    person: tuple[str, ...] = ()
    if may_be_person:
        split = first.split() + last.split() if first and last else person_words(one.name)
        person = tuple(sorted(split))
        if not (first and last):
            first = last = ""
            head, comma, tail = one.name.partition(",")
            if comma and person_words(tail):
                last, first = " ".join(person_words(head)), " ".join(person_words(tail))
            elif len(split) == 2:
                first, last = split
    business, company, unsure = _numbers(one)
    where = " ".join(words(one.address))
    return _Known(
        of=one,
        kind=one.kind,
        person=person,
        first=first if may_be_person else "",
        last=last if may_be_person else "",
        entity=entity_name(one.name) if may_be_entity else "",
        email=one.email.strip().casefold(),
        business=business,
        company=company,
        unsure=unsure,
        born=_day(one.date_of_birth),
        where=f"{where} {digits(one.postcode)}" if where else "",
    )


def _day(said: str) -> str:
    """What is no day says nothing, and speaks against nobody."""
    try:
        return date.fromisoformat(said.strip()).isoformat()
    except ValueError:
        return ""


def _numbers(one: Theirs | Ours) -> tuple[str, str, tuple[str, ...]]:
    """Business and company number where the check digits are right, and those of which nobody can say.

    What has the length of a number with check digits, and wrong ones, was mistyped or made up: it is no number at all.
    """
    checks: dict[int, Callable[[str], bool]] = {11: abn.is_valid, 13: ean.is_valid}
    business, company = digits(one.business_number), digits(one.company_number)
    unsure = []
    if len(set(business)) < 2 or len(business) not in checks or not checks[len(business)](business):
        if len(set(business)) > 1 and len(business) not in checks and len(business) >= 6:
            unsure.append(f"b{business}")
        business = ""
    if len(set(company)) < 2 or len(company) != 9 or not acn.is_valid(company):
        if len(set(company)) > 1 and len(company) != 9 and len(company) >= 5:
            unsure.append(f"c{company}")
        company = ""
    return business, company, tuple(unsure)


def _id(one: _Known) -> str:
    assert isinstance(one.of, Theirs)
    return one.of.remote_id


def propose_staff(
    theirs: Sequence[TheirStaff], ours: Sequence[OurMember], *, linked: Mapping[str, UUID], ignored: Collection[str]
) -> dict[str, Proposal]:
    """As `propose`, for staff: the link, then the e-mail address, then the name, which a person must look at."""
    here = {one.id: one for one in ours}
    by_email: dict[str, list[OurMember]] = defaultdict(list)
    by_name: dict[tuple[str, ...], list[OurMember]] = defaultdict(list)
    for member in sorted(here.values(), key=lambda one: one.id.bytes):
        if member.email.strip():
            by_email[member.email.strip().casefold()].append(member)
        if name := tuple(sorted(person_words(member.name))):
            by_name[name].append(member)
    addresses = Counter(one.email.strip().casefold() for one in theirs if one.email.strip())

    found: dict[str, Proposal] = {}
    asked: dict[str, list[Candidate]] = {}
    tied: dict[str, UUID] = {}
    for one in theirs:
        target = linked.get(one.remote_id)
        if target in here and target is not None:
            found[one.remote_id] = Proposal("linked", target, ["linked_before"], [])
            continue
        if one.remote_id in ignored:
            found[one.remote_id] = Proposal("ignored", None, ["ignored"], [])
            continue
        email = one.email.strip().casefold()
        same_email = by_email.get(email, []) if email else []
        same_name = by_name.get(tuple(sorted(person_words(one.name))), [])
        candidates = [
            Candidate(
                member.id,
                member.name,
                3 if member in same_email else 6,
                95 if member in same_email else 60,
                [
                    ("same_name_and_email" if member in same_name else "same_email")
                    if member in same_email
                    else "same_name",
                    *(["taken"] if member.linked_to else []),
                ],
            )
            for member in [*same_email, *(member for member in same_name if member not in same_email)]
        ]
        asked[one.remote_id] = candidates
        if len(same_email) == 1 and not same_email[0].linked_to and addresses[email] == 1:
            tied[one.remote_id] = same_email[0].id
    bound = set(tied.values())
    for one in theirs:
        if one.remote_id in found:
            continue
        target = tied.get(one.remote_id)
        candidates = [
            candidate
            for candidate in asked[one.remote_id]
            # A namesake who is somebody else's is no candidate.
            if candidate.id == target or candidate.rank == 3 or not (candidate.id in bound or "taken" in candidate.reasons)
        ][:MOST_CANDIDATES]
        if target:
            best = next(candidate for candidate in candidates if candidate.id == target)
            found[one.remote_id] = Proposal("match", target, best.reasons, candidates)
        elif candidates:
            several = len(candidates) > 1 or addresses[one.email.strip().casefold()] > 1
            reasons = [*candidates[0].reasons, *(["several_match"] if several else [])]
            found[one.remote_id] = Proposal("check", None, reasons, candidates)
        else:
            none = ["nothing_like_it", *([] if one.email.strip() else ["no_email"])]
            found[one.remote_id] = Proposal("create", None, none, [])
    return found
