"""What is left to read, as a pure object: pages, order, growth, and what a checkpoint brings back."""

from datetime import UTC, datetime
from typing import Any

from practice.imports.plan import Plan, Step, anew, percent
from practice.providers.base import PulledPage, Resource

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
RESOURCES = [
    Resource("organisation", "Organisation", False, False),
    Resource("invoices", "Invoices and bills", True, True),
    Resource("payments", "Payments", True, True),
]


def plan(cursor: dict[str, Any] | None = None, since: dict[str, datetime] | None = None) -> Plan:
    return Plan(cursor or {}, RESOURCES, since or {})


def page(step: Step, *, of: int, items: int, rows: int = 10) -> PulledPage:
    return PulledPage(step.resource, [{}] * rows, step.page, of, items, calls=1)


def steps(of: Plan) -> list[Step]:
    found = []
    while step := of.next_step(NOW):
        found.append(step)
    return found


def test_what_others_wait_for_comes_first_then_first_pages_of_what_comes_in_pages_each_once() -> None:
    assert steps(plan()) == [Step("organisation", 1), Step("invoices", 1), Step("payments", 1)]


def test_a_page_that_arrived_says_how_many_follow_and_is_left_until_it_is_stored() -> None:
    some = plan()
    _, first, *_ = steps(some)
    some.land(first, page(first, of=3, items=25))
    assert steps(some) == [Step("invoices", 2), Step("invoices", 3)]
    assert (some.calls, some.calls_left, some.unasked) == (0, 5, 0)
    assert steps(plan(some.cursor()))[1:4] == [Step("invoices", 1), Step("invoices", 2), Step("invoices", 3)]


def test_the_first_page_says_how_many_follow() -> None:
    some = plan()
    _, first, _ = steps(some)
    some.take_in(first, page(first, of=3, items=25))
    assert steps(some) == [Step("invoices", 2), Step("invoices", 3)]
    assert not some.finished


def test_a_page_given_back_is_asked_for_again() -> None:
    some = plan()
    _, first, *_ = steps(some)
    some.give_back(first)
    assert steps(some) == [first]


def test_a_report_of_a_day_waits_until_others_can_read_where_the_organisation_is() -> None:
    report = Resource("trial_balance", "Trial balance", False, False, dated=True)
    some = Plan({}, [*RESOURCES, report], {})
    organisation, *_ = steps(some)
    some.take_in(organisation, page(organisation, of=1, items=1, rows=1))
    assert steps(some) == [], "its day would be read before the organisation's zone is committed"
    some.stored()
    assert steps(some) == [Step("trial_balance", 1)]
    assert Step("trial_balance", 1) in steps(Plan(some.cursor(), [*RESOURCES, report], {}))


def test_books_that_grow_while_they_are_read_are_read_to_their_new_end() -> None:
    some = plan()
    _, first, _ = steps(some)
    some.take_in(first, page(first, of=2, items=20))
    (second,) = steps(some)
    some.take_in(second, page(second, of=4, items=31))
    assert steps(some) == [Step("invoices", 3), Step("invoices", 4)]


def test_a_checkpoint_brings_back_exactly_what_is_left() -> None:
    some = plan(since={"payments": NOW, "organisation": NOW})
    one, two, _ = steps(some)
    some.take_in(one, page(one, of=1, items=1, rows=1))
    some.take_in(two, page(two, of=3, items=25))
    again = plan(some.cursor())
    assert steps(again) == [Step("invoices", 2), Step("invoices", 3), Step("payments", 1)]
    assert (again.calls, again.documents) == (2, 10)
    assert again.since("payments") == NOW
    assert again.since("organisation") is None  # cannot be asked for changes only


def test_the_total_is_known_when_every_paged_resource_has_spoken() -> None:
    some = plan()
    one, two, three = steps(some)
    some.take_in(one, page(one, of=1, items=1, rows=1))
    some.take_in(two, page(two, of=3, items=25))
    known = [some.documents_total]
    some.take_in(three, page(three, of=1, items=7, rows=7))
    assert [*known, some.documents_total] == [None, 32]
    assert some.calls_left == 2


def test_a_persons_new_try_reads_what_kept_changing_from_its_first_page() -> None:
    some = plan()
    one, two, three = steps(some)
    for step in (one, three):
        some.take_in(step, page(step, of=1, items=7, rows=7))
    some.take_in(two, page(two, of=3, items=25))
    some.read_again("invoices")
    (first,) = steps(some)
    some.take_in(first, page(first, of=3, items=25))
    again = plan(anew(some.cursor()))
    assert steps(again) == [Step("invoices", 1)]
    assert anew({})["resources"] == {}


def test_never_all_of_it_before_it_has_ended() -> None:
    assert [percent(calls, left) for calls, left in ((0, None), (0, 15), (14, 1), (15, 0))] == [0, 0, 93, 99]
