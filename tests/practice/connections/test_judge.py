"""How a connection stands, case by case; how it moves; and when a grant is looked at."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from practice.connections.causes import CAUSES, STATUSES
from practice.connections.due_grants import last_time
from practice.connections.judge import Judgement, Reach, judged
from practice.connections.models import Connection, Grant
from practice.connections.reads import SeenConnection, SeenGrant

ADA, BEN = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def ada(*words: str) -> Reach:
    return Reach(ADA, **dict.fromkeys(words, True))


def ben(*words: str) -> Reach:
    return Reach(BEN, **dict.fromkeys(words, True))


@pytest.mark.parametrize(
    ("reaches", "status", "cause", "about"),
    [
        ([ada()], "active", None, None),
        ([ada(), ben()], "active", None, None),
        ([], "reauth_required", "consent_revoked", None),
        ([ada("lost")], "reauth_required", "consent_revoked", ADA),
        ([ada("lost"), ben("lost")], "reauth_required", "consent_revoked", ADA),
        ([ada("gone")], "revoked_at_xero", "tenant_gone", ADA),
        # Ben's still works and says that the organisation is gone; Ada's can say nothing any more.
        ([ada("lost"), ben("gone")], "revoked_at_xero", "tenant_gone", BEN),
        ([ada("lost", "gone"), ben("lost")], "reauth_required", "consent_revoked", ADA),
        ([ada("lost"), ben()], "degraded", "fallback_in_use", ADA),
        ([ada(), ben("lost")], "degraded", "spare_lost", BEN),
        # Ben disconnected it for himself: Ada's goes on, and there is nothing to do.
        ([ada(), ben("gone")], "active", None, None),
        ([ada("gone"), ben()], "active", None, None),
        ([ada("narrow")], "degraded", "scope_missing", ADA),
        ([ada("narrow"), ben()], "active", None, None),
        ([ada("narrow"), ben("lost")], "degraded", "scope_missing", ADA),
        ([ada("lost"), ben("narrow")], "degraded", "scope_missing", BEN),
        ([ada("lapsing")], "degraded", "lapsing", ADA),
        ([ada("lapsing"), ben()], "active", None, None),
        ([ada("left")], "degraded", "leaver", ADA),
        ([ada("left"), ben()], "active", None, None),
        ([ada("left"), ben("left")], "degraded", "leaver", ADA),
        ([ada("left"), ben("lost")], "degraded", "leaver", ADA),
        ([ada("unchecked")], "degraded", "check_failed", ADA),
        ([ada("unchecked"), ben("lost")], "degraded", "spare_lost", BEN),
        ([ada("unchecked", "lapsing")], "degraded", "lapsing", ADA),
    ],
)
def test_the_worst_that_holds_is_said(reaches: list[Reach], status: str, cause: str | None, about: UUID | None) -> None:
    assert judged(reaches) == Judgement(status, cause, about)  # type: ignore[arg-type]


def test_every_cause_has_a_sentence_a_remedy_or_mends_itself() -> None:
    for slug, cause in CAUSES.items():
        assert cause.slug == slug
        assert cause.status in STATUSES
        assert cause.title
        sentence = cause.detail.format(who="Margaret")
        assert sentence.endswith(".")
        assert sentence.count(". ") == 0
        assert cause.remedy is not None or slug == "check_failed"
        assert cause.breaks == (cause.status in ("reauth_required", "disconnected", "revoked_at_xero"))


def at(status: str) -> Connection:
    cause = next((cause.slug for cause in CAUSES.values() if cause.status == status), None)
    return Connection(status=status, cause=cause)


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", [status for status in STATUSES if status != "disconnected"])
def test_what_is_found_moves_any_connection_but_one_that_the_firm_has_ended(before: str, after: str) -> None:
    connection = at(before)
    cause = next((cause.slug for cause in CAUSES.values() if cause.status == after), None)
    news = connection.found(Judgement(after, cause, ADA if cause else None))  # type: ignore[arg-type]
    if before == "disconnected":
        assert (news, connection.status, connection.cause) == (False, "disconnected", "ended_here")
    else:
        assert (connection.status, connection.cause) == (after, cause)
        assert news == ((before, None) != (after, connection.caused_by))
        assert not connection.found(Judgement(after, cause, ADA if cause else None))  # type: ignore[arg-type]


@pytest.mark.parametrize("before", STATUSES)
def test_ending_and_choosing_again(before: str) -> None:
    connection = at(before)
    assert connection.end() == (before != "disconnected")
    assert (connection.status, connection.cause, connection.caused_by, connection.needs_consent) == (
        "disconnected", "ended_here", None, True,
    )  # fmt: skip
    assert connection.revive()
    assert (connection.status, connection.cause, connection.needs_consent) == ("active", None, False)
    assert not connection.revive()
    working = at(before)
    assert working.revive() == (before not in ("active", "degraded"))


def test_each_grant_has_its_own_moment_of_the_day() -> None:
    moments = [last_time(UUID(int=7_919 * n), NOW) for n in range(1_000)]
    assert all(NOW - timedelta(days=1) < moment <= NOW for moment in moments)
    hours = [sum(moment.hour == hour for moment in moments) for hour in range(24)]
    assert min(hours) > 20
    later = last_time(UUID(int=36_000), NOW)  # ten in the morning, which is yet to come
    assert later == NOW - timedelta(hours=23)
    assert last_time(UUID(int=36_000), NOW + timedelta(hours=1)) == later + timedelta(days=1)


def test_what_a_consent_lacks_and_when_it_lapses() -> None:
    grant = Grant(scopes=["openid", "accounting.settings.read"], consented_at=NOW, last_refresh_at=None)
    wanted = ["openid", "offline_access", "accounting.settings.read", "accounting.budgets.read"]
    assert grant.lacks(wanted) == ["accounting.budgets.read"]
    assert Grant(scopes=[]).lacks(wanted) == []
    assert grant.lapses_at == NOW + timedelta(days=60)
    assert not grant.lapsing(NOW + timedelta(days=45))
    assert grant.lapsing(NOW + timedelta(days=45, seconds=1))
    grant.last_refresh_at = NOW + timedelta(days=20)
    assert not grant.lapsing(NOW + timedelta(days=60))
    first, second = Grant(status="active", consented_at=NOW), Grant(status="active", consented_at=NOW - timedelta(days=3))
    grants = [SeenGrant(second, "Ben", gone=False), SeenGrant(first, "Ada", gone=True)]
    assert SeenConnection(at("active"), None, grants).ends_at == NOW + timedelta(days=57)  # type: ignore[arg-type]
