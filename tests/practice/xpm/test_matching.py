from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from practice.xpm import matching
from practice.xpm.matching import (
    REASONS,
    OurMember,
    Ours,
    Proposal,
    Theirs,
    TheirStaff,
    propose,
    propose_staff,
)

ABN, OTHER_ABN, ACN = "51 824 753 556", "53 004 085 616", "004 085 616"
X, Y = UUID(int=1), UUID(int=2)
ADA = Theirs("a", "person", "Hill, Ada", "Ada", "Hill", "ada@hill.example", date_of_birth="1984-03-17")
HERE = Ours(X, "person", "Ada Hill")
HILL = Theirs("h", "company", "Hill Bakery Pty Ltd")
BAKERY = Ours(X, "company", "HILL BAKERY PTY. LIMITED")


def one(theirs: Theirs, *ours: Ours, trusts_by_name: bool = False) -> Proposal:
    return propose([theirs], ours, linked={}, ignored=(), trusts_by_name=trusts_by_name)[theirs.remote_id]


def said(proposal: Proposal) -> tuple[str, UUID | None, list[str]]:
    return proposal.proposal, proposal.target, proposal.reasons


# The ladder, a rank at a time.


def test_rank_0_a_link_survives_another_name() -> None:
    renamed = replace(ADA, name="Lovelace, Ada", last_name="Lovelace", email="")
    found = propose([renamed], [HERE], linked={"a": X}, ignored=())
    assert said(found["a"]) == ("linked", X, ["linked_before"])


def test_a_link_to_a_client_that_is_gone_is_no_link() -> None:
    assert propose([ADA], [], linked={"a": X}, ignored=())["a"].proposal == "create"


def test_a_link_is_stronger_than_being_ignored_or_archived() -> None:
    archived = replace(ADA, archived=True)
    assert propose([archived], [HERE], linked={"a": X}, ignored={"a"})["a"].proposal == "linked"


@pytest.mark.parametrize(
    ("theirs", "ours", "reason"),
    [
        ({"business_number": ABN}, {"business_number": "51824753556"}, "same_business_number"),
        ({"company_number": ACN}, {"company_number": "004-085-616"}, "same_company_number"),
        ({"company_number": ACN}, {"business_number": OTHER_ABN}, "same_company_number"),
    ],
)
def test_rank_1_one_kind_and_one_number(theirs: dict[str, Any], ours: dict[str, Any], reason: str) -> None:
    found = one(replace(HILL, **theirs), Ours(X, "company", "Something Else Pty Ltd", **ours))
    assert found.proposal == "match"
    assert found.target == X
    assert reason in found.reasons
    assert found.candidates[0].rank == 1


def test_rank_1_a_number_whose_check_digits_are_wrong_is_none() -> None:
    wrong = "51 824 753 557"
    assert one(replace(HILL, business_number=wrong), Ours(X, "company", "Else", business_number=wrong)).proposal == "create"


def test_rank_1_a_number_without_check_digits_ties_nothing() -> None:
    found = one(replace(HILL, company_number="01234567"), replace(BAKERY, company_number="01234567"))
    assert said(found) == ("check", None, ["same_company_number", "same_name"])


@pytest.mark.parametrize("kind", ["trust", None])
def test_rank_1_of_unlike_or_unknown_kinds_a_number_is_a_question(kind: str | None) -> None:
    found = one(replace(HILL, business_number=ABN), Ours(X, kind, "Else", business_number=ABN))
    assert found.proposal == "check"
    assert found.candidates[0].rank == 1


def test_rank_1_of_unknown_kind_name_and_number_are_enough() -> None:
    found = one(replace(HILL, business_number=ABN), Ours(X, None, "Hill Bakery", business_number=ABN))
    assert said(found) == ("match", X, ["same_business_number", "same_name"])


def test_rank_2_first_and_last_name_and_birth() -> None:
    found = one(ADA, replace(HERE, date_of_birth="1984-03-17"))
    assert said(found) == ("match", X, ["same_name_and_birth"])
    assert found.candidates[0].rank == 2


def test_rank_2_another_birth_speaks_against_the_same_name_and_address() -> None:
    found = one(ADA, replace(HERE, date_of_birth="1956-01-02", email="ada@hill.example"))
    assert said(found) == ("check", None, ["same_name_and_email", "other_birth"])


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (replace(ADA, date_of_birth=""), replace(HERE, email=" ADA@hill.example ")),
        (replace(HILL, email="office@hill.example"), replace(BAKERY, email="Office@Hill.example")),
        (replace(HILL, email="office@hill.example"), Ours(X, None, "hill  bakery", email="office@hill.example")),
    ],
)
def test_rank_3_name_and_email(theirs: Theirs, ours: Ours) -> None:
    found = one(theirs, ours)
    assert said(found) == ("match", X, ["same_name_and_email"])
    assert found.candidates[0].rank == 3


def test_rank_4_a_name_that_is_there_once_and_no_birth_is_a_question() -> None:
    found = one(replace(ADA, date_of_birth=""), HERE)
    assert said(found) == ("check", None, ["same_name"])
    assert found.candidates[0].rank == 4


def test_rank_4_name_and_address_are_a_question() -> None:
    home: dict[str, Any] = {"address": "12 Banksia St", "postcode": "3056"}
    found = one(replace(ADA, **home), replace(HERE, **(home | {"address": "12  banksia st."})))
    assert said(found) == ("check", None, ["same_name_and_address"])
    assert found.candidates[0].rank == 4


@pytest.mark.parametrize("name", ["Hill Bakery", "The Hill Bakery Company Limited", "hill bakery pty"])
def test_rank_5_an_entity_of_the_same_name_is_a_question(name: str) -> None:
    found = one(HILL, replace(BAKERY, name=name))
    assert said(found) == ("check", None, ["same_name"])
    assert found.candidates[0].rank == 5


@pytest.mark.parametrize(
    ("kind", "theirs", "ours"),
    [
        ("trust", "Hill Family Trust", "The Trustee for Hill Family Trust"),
        ("trust", "Hill Nominees Pty Ltd ATF Hill Family Trust", "hill family trust"),
        ("super_fund", "Hill Superannuation Fund", "Hill Super Fund"),
        ("super_fund", "Hill SMSF", "Hill Self Managed Super Fund"),
    ],
)
def test_rank_5_trusts_and_funds_by_name_where_the_practice_allows(kind: str, theirs: str, ours: str) -> None:
    there, here = Theirs("t", kind, theirs), Ours(X, kind, ours)
    assert one(there, here).proposal == "check"
    assert one(there, here, trusts_by_name=True).proposal == "match"
    assert one(replace(there, business_number=ABN), here, trusts_by_name=True).proposal == "check"


@pytest.mark.parametrize(
    ("theirs", "ours", "reason"),
    [
        (ADA, Ours(X, "person", "Charles Babbage", email="ada@hill.example"), "same_email"),
        (ADA, HERE, "same_name"),
        (replace(ADA, first_name="Alexandria", name="x"), Ours(X, "person", "Hill, Alexandra"), "similar_name"),
        (ADA, Ours(X, "person", "A Hill"), "similar_name"),
        (ADA, Ours(X, "person", "Augusta Hill", date_of_birth="1984-03-17"), "same_family_and_birth"),
        (ADA, Ours(X, "person", "Ada Lovelace", date_of_birth="1984-03-17"), "same_first_and_birth"),
        (HILL, Ours(X, "company", "Hil Bakery Pty Ltd"), "similar_name"),
        (replace(HILL, name="Featherstone Pty Ltd"), Ours(X, "company", "Fetherstone Pty Ltd"), "similar_name"),
    ],
)
def test_rank_6_a_part_of_it_is_a_question(theirs: Theirs, ours: Ours, reason: str) -> None:
    found = one(theirs, ours)
    assert said(found) == ("check", None, [reason])
    assert found.candidates[0].rank == 6


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (ADA, Ours(X, "person", "Charles Babbage")),
        (ADA, Ours(X, "person", "Tom Hill")),
        (replace(HILL, name="Unit 17 Nominees"), Ours(X, "company", "Unit 18 Nominees")),
        (HILL, Ours(X, "company", "Dale Butchery Pty Ltd")),
        (ADA, Ours(X, "company", "Ada Hill Pty Ltd", email="ada@hill.example")),
    ],
)
def test_rank_7_nothing_is_alike(theirs: Theirs, ours: Ours) -> None:
    assert said(one(theirs, ours)) == ("create", None, ["nothing_like_it"])


# Only one, only theirs.


def test_two_of_ours_that_fit_are_a_question() -> None:
    found = one(ADA, replace(HERE, email=ADA.email), replace(HERE, id=Y, email=ADA.email))
    assert found.proposal == "check"
    assert found.reasons == ["same_name_and_email", "several_match"]
    assert [candidate.id for candidate in found.candidates] == [X, Y]


def test_two_of_theirs_on_one_of_ours_are_both_questions() -> None:
    twice = [ADA, replace(ADA, remote_id="b", date_of_birth="")]
    found = propose(twice, [replace(HERE, email=ADA.email)], linked={}, ignored=())
    assert [found[id_].proposal for id_ in "ab"] == ["check", "check"]
    assert found["b"].reasons == ["same_name_and_email", "also_fits"]


def test_an_earlier_rule_that_points_elsewhere_is_a_question() -> None:
    """The number leads to one, name and address to another."""
    theirs = replace(HILL, business_number=ABN, email="office@hill.example")
    found = one(theirs, Ours(X, "company", "Else", business_number=ABN), replace(BAKERY, id=Y, email=theirs.email))
    assert (found.proposal, found.target) == ("check", None)
    assert {candidate.id for candidate in found.candidates} == {X, Y}


def test_one_that_is_tied_to_another_is_never_tied_again() -> None:
    found = one(ADA, replace(HERE, email=ADA.email, linked_to="before"))
    assert said(found) == ("check", None, ["same_name_and_email", "taken"])


def test_one_that_somebody_archived_here_is_asked_about_and_not_made_a_second_time_unseen() -> None:
    there = replace(ADA, business_number=ABN)
    shelved = replace(HERE, business_number=ABN, shelved=True)
    found = one(there, shelved)
    assert said(found) == ("check", None, ["same_business_number", "same_name", "archived_here"])
    assert [candidate.id for candidate in found.candidates] == [X]
    assert one(replace(ADA, name="Stranger, Sam", first_name="Sam", last_name="Stranger", email=""), shelved).proposal == "create"


def test_couples_share_addresses_and_are_two() -> None:
    """She is tied by name and address; he, who shares the address alone, is nobody yet."""
    tom = replace(ADA, remote_id="b", name="Hill, Tom", first_name="Tom", date_of_birth="")
    found = propose([ADA, tom], [replace(HERE, email=ADA.email)], linked={}, ignored=())
    assert found["a"].proposal == "match"
    assert found["b"].proposal == "create"


def test_what_is_no_day_speaks_against_nobody() -> None:
    found = one(ADA, replace(HERE, date_of_birth="1984-17-03", email="ada@hill.example"))
    assert said(found) == ("match", X, ["same_name_and_email"])


def test_the_same_name_twice_is_a_question() -> None:
    twin = replace(ADA, remote_id="b", email="", date_of_birth="")
    found = propose([ADA, twin], [replace(HERE, date_of_birth=ADA.date_of_birth)], linked={}, ignored=())
    assert found["a"].proposal == "match"
    assert said(found["b"]) == ("check", None, ["same_name", "also_fits"])


def test_nearly_the_same_twice_is_a_question() -> None:
    """The other record ties; this one is probably the same person under an initial, and is not made a second time."""
    initial = replace(ADA, remote_id="b", name="Hill, A.", first_name="A.")
    found = propose([ADA, initial], [replace(HERE, email=ADA.email, date_of_birth=ADA.date_of_birth)], linked={}, ignored=())
    assert found["a"].proposal == "match"
    assert said(found["b"]) == ("check", None, ["similar_name", "same_email", "same_family_and_birth", "also_fits"])


def test_an_offices_address_leads_nowhere() -> None:
    office = [Ours(UUID(int=n), "person", f"Somebody {n}", email="office@practice.example") for n in range(1, 40)]
    assert one(replace(ADA, email="office@practice.example"), *office).proposal == "create"


def test_ignored_is_not_asked_about_again() -> None:
    found = propose([ADA], [HERE], linked={}, ignored={"a"})
    assert said(found["a"]) == ("ignored", None, ["ignored"])


def test_an_archived_one_is_skipped_and_stands_in_nobodys_way() -> None:
    archived = replace(ADA, remote_id="old", archived=True)
    found = propose([archived, ADA], [replace(HERE, email=ADA.email)], linked={}, ignored=())
    assert (found["old"].proposal, found["old"].target) == ("skip", None)
    assert found["a"].proposal == "match"
    alone = propose([archived], [replace(HERE, email=ADA.email)], linked={}, ignored=())["old"]
    assert said(alone) == ("skip", X, ["archived", "same_name_and_email"])


def test_a_name_written_the_other_way_round_is_the_same() -> None:
    assert one(replace(ADA, first_name="", last_name=""), replace(HERE, email=ADA.email)).proposal == "match"
    jan = Theirs("j", "person", "van der Berg, Jan", "Jan", "van der Berg", "jan@berg.example")
    assert one(jan, Ours(X, "person", "Mr Jan van der Berg", email="jan@berg.example")).proposal == "match"
    assert one(replace(ADA, first_name="Zoë"), replace(HERE, name="Zoe Hill", email=ADA.email)).proposal == "match"


def test_first_and_last_name_may_not_change_places() -> None:
    james = Theirs("j", "person", "x", "James", "Daniel", "j@d.example")
    assert one(james, Ours(X, "person", "x", "Daniel", "James", "j@d.example")).proposal == "check"


def test_a_crowd_that_shares_everything_is_not_compared_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """All have the practice's own number, address and name; one of them has a birth date too."""
    fit, asked = matching._fit, count()

    def counted(*given: Any, **more: Any) -> Any:
        next(asked)
        return fit(*given, **more)

    monkeypatch.setattr(matching, "_fit", counted)
    number = 600
    shared: dict[str, Any] = {"email": "office@practice.example", "business_number": ABN}
    theirs = [replace(ADA, remote_id=str(n), date_of_birth="", **shared) for n in range(number)]
    ours = [replace(HERE, id=UUID(int=n + 1), **shared) for n in range(number)]
    theirs[-1], ours[-1] = replace(theirs[-1], date_of_birth="1984-03-17"), replace(ours[-1], date_of_birth="1984-03-17")
    found = propose(theirs, ours, linked={}, ignored=())
    assert {one.proposal for one in found.values()} == {"check"}
    assert ours[-1].id in [candidate.id for candidate in found[theirs[-1].remote_id].candidates]
    assert next(asked) <= number * 3 * matching.CROWD


def test_every_reason_has_its_sentence() -> None:
    assert all(sentence.endswith(".") for sentence in REASONS.values())


# Staff.

STAFF = TheirStaff("s", "Priya Raman", "priya@ironbark.example")


@pytest.mark.parametrize(
    ("theirs", "ours", "expected"),
    [
        (STAFF, OurMember(X, "P. Raman", "Priya@ironbark.example"), ("match", X, ["same_email"])),
        (STAFF, OurMember(X, "Priya Raman", "priya@ironbark.example"), ("match", X, ["same_name_and_email"])),
        (STAFF, OurMember(X, "Raman, Priya", "pr@other.example"), ("check", None, ["same_name"])),
        (STAFF, OurMember(X, "Priya Raman", STAFF.email, linked_to="q"), ("check", None, ["same_name_and_email", "taken"])),
        (STAFF, OurMember(X, "Tom Avery", "tom@ironbark.example"), ("create", None, ["nothing_like_it"])),
        (replace(STAFF, email=""), OurMember(X, "Tom Avery"), ("create", None, ["nothing_like_it", "no_email"])),
    ],
)
def test_staff(theirs: TheirStaff, ours: OurMember, expected: object) -> None:
    assert said(propose_staff([theirs], [ours], linked={}, ignored=())["s"]) == expected


def test_staff_who_were_linked_or_ignored_before() -> None:
    member = OurMember(X, "P. R.", "other@ironbark.example", linked_to="s")
    assert propose_staff([STAFF], [member], linked={"s": X}, ignored=())["s"].proposal == "linked"
    assert propose_staff([STAFF], [member], linked={}, ignored={"s"})["s"].proposal == "ignored"


def test_two_of_theirs_with_one_address_are_questions() -> None:
    numbers = count()
    two = [replace(STAFF, remote_id=str(next(numbers))) for _ in range(2)]
    found = propose_staff(two, [OurMember(X, "Priya Raman", STAFF.email)], linked={}, ignored=())
    assert {one.proposal for one in found.values()} == {"check"}
