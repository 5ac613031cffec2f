import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.clients.details import FIELDS, GROUP_OF, GROUPS
from practice.links.merge import Merged, merge
from practice.links.models import POLICIES
from practice.links.policy import PRESETS, policy_of

VALUES = st.sampled_from(["", "a", "A", "b", "b  c", "b c", "+61 1", "611"])
RECORDS = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, VALUES))
WHOLE = st.fixed_dictionaries(dict.fromkeys(FIELDS, VALUES))
CHOSEN = st.sets(st.sampled_from(FIELDS))
SAID = st.fixed_dictionaries({}, optional=dict.fromkeys(GROUPS, st.sampled_from(POLICIES)))


def merged(base: str | None, local: str, remote: str, policy: str = "ask", field: str = "name") -> tuple[str, str]:
    [found] = merge(
        {} if base is None else {field: base},
        {field: local},
        {field: remote},
        fields=[field],
        policies={GROUP_OF[field]: policy},
    )
    return found.result, found.value


# The table of xpm.md 3.4, a row at a time.


def test_neither_changed() -> None:
    assert merged("x", "x", "x") == ("same", "x")


@pytest.mark.parametrize("policy", ["ask", "xpm_wins", "portal_wins", "mirror"])
def test_changed_there_alone_is_taken(policy: str) -> None:
    assert merged("x", "x", "y", policy) == ("take", "y")


@pytest.mark.parametrize("policy", ["ask", "xpm_wins", "portal_wins", "mirror"])
def test_changed_here_alone_is_kept(policy: str) -> None:
    assert merged("x", "y", "x", policy) == ("keep", "y")
    assert merged("x", "", "x", policy) == ("keep", "")


def test_changed_to_the_same_converges() -> None:
    assert merged("x", "y", "y") == ("converge", "y")


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("ask", ("conflict", "y")),
        ("xpm_wins", ("take", "z")),
        ("mirror", ("take", "z")),
        ("portal_wins", ("keep", "y")),
        ("off", ("off", "y")),
    ],
)
def test_changed_differently_is_decided_by_policy(policy: str, expected: tuple[str, str]) -> None:
    assert merged("x", "y", "z", policy) == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("ask", "keep"), ("xpm_wins", "keep"), ("portal_wins", "keep"), ("off", "off"), ("mirror", "take")],
)
@pytest.mark.parametrize("base", ["x", "y", None])
def test_a_blank_there_erases_nothing_but_under_mirror(base: str | None, policy: str, expected: str) -> None:
    assert merged(base, "y", "", policy) == (expected, "" if expected == "take" else "y")


def test_a_first_link() -> None:
    assert merged(None, "", "x") == ("take", "x")
    assert merged(None, "x", "x") == ("converge", "x")
    assert merged(None, "x", "y") == ("conflict", "x")
    assert merged(None, "x", "y", "xpm_wins") == ("take", "y")
    assert merged(None, "x", "y", "portal_wins") == ("keep", "x")


@pytest.mark.parametrize(
    ("field", "local", "remote"),
    [
        ("email", "Ada@hill.example", "ada@HILL.example"),
        ("mobile", "0400 000 001", "0400000001"),
        ("name", "Hill,  Ada", "Hill, Ada"),
    ],
)
def test_nobody_is_asked_about_capitals_and_spaces(field: str, local: str, remote: str) -> None:
    assert merged(None, local, remote, field=field) == ("converge", local)
    assert merged("x", local, remote, field=field) == ("converge", local)


def test_other_capitals_in_a_name_are_another_name() -> None:
    assert merged(None, "de Wit", "De Wit") == ("conflict", "de Wit")


def test_what_is_not_brought_is_not_touched() -> None:
    assert merge({}, {"name": "x", "phone": "1"}, {"name": "y"}, fields=["name", "phone"], policies={"phone": "mirror"}) == [
        Merged("name", None, "x", "y", "conflict", "x")
    ]
    assert merge({}, {"phone": "1"}, {"phone": ""}, fields=["name"], policies={"phone": "mirror"}) == []


def test_presets() -> None:
    assert {name: policy_of("postal_city", preset) for name, preset in PRESETS.items()} == {
        "XPM is master": "xpm_wins",
        "Bulkhead is master": "portal_wins",
        "Ask me": "ask",
    }
    assert all(set(preset) == set(GROUPS) for preset in PRESETS.values())
    assert policy_of("email", {"name": "off"}) == "ask"


# Whatever is there, here and agreed on.


@given(RECORDS, RECORDS, WHOLE, CHOSEN, SAID)
def test_what_did_not_change_there_overwrites_nothing(
    base: dict[str, str], local: dict[str, str], remote: dict[str, str], unchanged: set[str], policies: dict[str, str]
) -> None:
    remote = remote | {field: base[field] for field in unchanged if field in base}
    for one in merge(base, local, remote, fields=FIELDS, policies=policies):
        if one.field in unchanged and one.field in base:
            assert (one.value, one.agreed) == (one.local, one.base)


@given(RECORDS, RECORDS, WHOLE, CHOSEN, SAID)
def test_a_blank_erases_only_where_it_is_mirrored(
    base: dict[str, str], local: dict[str, str], remote: dict[str, str], fields: set[str], policies: dict[str, str]
) -> None:
    for one in merge(base, local, remote, fields=fields, policies=policies):
        if one.local and not one.value:
            assert policy_of(one.field, policies) == "mirror"
            assert one.base != ""


@given(RECORDS, RECORDS, WHOLE, CHOSEN, SAID)
def test_importing_twice_changes_nothing(
    base: dict[str, str], local: dict[str, str], remote: dict[str, str], fields: set[str], policies: dict[str, str]
) -> None:
    first = merge(base, local, remote, fields=fields, policies=policies)
    after = local | {one.field: one.value for one in first}
    agreed = base | {one.field: one.agreed for one in first if one.agreed is not None}
    second = merge(agreed, after, remote, fields=fields, policies=policies)
    assert [one.value for one in second] == [one.value for one in first]
    assert {one.result for one in second} <= {"same", "keep", "conflict", "off"}
    assert {one.field for one in second if one.result == "conflict"} == {
        one.field for one in first if one.result == "conflict"
    }
    assert [one.agreed for one in second] == [one.agreed for one in first]


@given(RECORDS, RECORDS, WHOLE, CHOSEN, SAID)
def test_it_says_the_same_every_time_and_touches_nothing_else(
    base: dict[str, str], local: dict[str, str], remote: dict[str, str], fields: set[str], policies: dict[str, str]
) -> None:
    turned = [dict(reversed(one.items())) for one in (base, local, remote, policies)]
    again = merge(turned[0], turned[1], turned[2], fields=sorted(fields, reverse=True), policies=turned[3])
    found = merge(base, local, remote, fields=fields, policies=policies)
    assert found == again
    assert [one.field for one in found] == [field for field in FIELDS if field in fields]
    assert all(one.value in (one.local, one.remote) for one in found)
