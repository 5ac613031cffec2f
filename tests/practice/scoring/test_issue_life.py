"""Random lives of a few issues in the database, beside a small model of what must become of them."""

import asyncio
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from practice.clients.models import Client
from practice.kernel.problems import NotFound
from practice.scoring.check import Finding
from practice.scoring.dismiss_issues import Scope, dismiss_issues
from practice.scoring.issue_reads import rules_of_firm
from practice.scoring.merge_issues import merge_issues
from practice.scoring.models import Issue
from practice.scoring.problems import AlreadyResolved, ChangedSince
from practice.scoring.remove_rule import remove_rule
from practice.scoring.reopen_issues import reopen_issues
from practice.scoring.set_aside import set_aside
from practice.scoring.snooze_issues import snooze_issues
from practice.scoring.undo_issue_change import undo_issue_change
from tests.practice.scoring.conftest import Scene

WHO = {"a": "Acme", "b": "ACME ", "c": "Birch"}


@dataclass
class One:
    """An issue as the model knows it; `aside` is ("item",), ("snooze", day) or ("rule", scope)."""

    what: int
    state: str = "open"
    aside: tuple[Any, ...] | None = None
    anyway: bool = False
    version: int = 1

    def put(self, state: str, aside: tuple[Any, ...] | None, *, anyway: bool) -> None:
        self.state, self.aside, self.anyway = state, aside, anyway
        self.version += 1


@dataclass
class Past:
    at: datetime
    before: dict[str, One]
    after: dict[str, int]
    made: set[tuple[str, str]]
    ended: set[tuple[str, str]]
    rules: dict[tuple[str, str], int]


@dataclass
class Model:
    now: datetime
    known: dict[str, One] = field(default_factory=dict)
    # (scope, who) and when it was made: another one of the same name is another one.
    rules: dict[tuple[str, str], int] = field(default_factory=dict)
    count: int = 0
    past: list[Past] = field(default_factory=list)

    def who(self, key: str) -> str:
        return WHO[key].strip().lower()

    def ruling(self, key: str) -> tuple[str, str] | None:
        return next((place for scope in ("contact", "rule") if (place := (scope, self.who(key))) in self.rules), None)

    def look(self, found: dict[str, int], today: date) -> None:
        for key in {**self.known, **found}:
            one = self.known.get(key)
            if one and one.state == "snoozed" and one.aside and one.aside[1] <= today:
                one.put("open", None, anyway=one.anyway)
            if key not in found:
                if one and one.state != "resolved":
                    one.put("resolved", one.aside, anyway=one.anyway)
                continue
            new = one is None
            one = self.known.setdefault(key, One(found[key]))
            same = one.what == found[key]
            rule = self.ruling(key)
            want: tuple[str, tuple[Any, ...] | None]
            if one.aside and one.aside[0] == "item" and same:
                want = "dismissed", one.aside
            elif rule and not one.anyway:
                want = "dismissed", ("rule", *rule)
            elif one.aside and one.aside[0] == "snooze" and one.aside[1] > today and same:
                want = "snoozed", one.aside
            else:
                want = "open", None
            if (one.state, one.aside) != want or not same:
                one.put(*want, anyway=one.anyway)
            one.what = found[key]
            if new:
                one.version = 1

    def chosen(self, keys: set[str]) -> list[str]:
        """Raises what the product must raise."""
        if any(self.known[key].state == "resolved" for key in keys):
            raise AlreadyResolved(1)
        return sorted(keys)

    def change(self, keys: list[str], **rules: set[tuple[str, str]]) -> None:
        before = {key: deepcopy(self.known[key]) for key in keys}
        after = {key: one.version + 1 for key, one in before.items()}
        self.past.append(
            Past(self.now, before, after, rules.get("made", set()), rules.get("ended", set()), dict(self.rules))
        )

    def dismiss(self, keys: set[str], scope: str) -> tuple[int, int]:
        chosen = self.chosen(keys)
        places = {(scope, self.who(key)) for key in chosen} if scope != "item" else set()
        made = {place for place in places if place not in self.rules}
        named = [key for key in chosen if self.known[key].state in ("open", "snoozed")]
        others = [
            key
            for key, one in self.known.items()
            if key not in named and one.state in ("open", "snoozed") and not one.anyway
            and (scope, self.who(key)) in places
        ]  # fmt: skip
        self.change(named + others, made=made)
        for place in made:
            self.count += 1
            self.rules[place] = self.count
        for key in named + others:
            aside = ("item",) if scope == "item" else ("rule", scope, self.who(key))
            self.known[key].put("dismissed", aside, anyway=False)
        return len(named), len(others)

    def snooze(self, keys: set[str], until: date) -> tuple[int, int]:
        named = [key for key in self.chosen(keys) if self.known[key].state in ("open", "snoozed")]
        self.change(named)
        for key in named:
            self.known[key].put("snoozed", ("snooze", until), anyway=self.known[key].anyway)
        return len(named), 0

    def reopen(self, keys: set[str]) -> tuple[int, int]:
        named = [key for key in self.chosen(keys) if self.known[key].state in ("dismissed", "snoozed")]
        asides = [self.known[key].aside for key in named]
        ended = {aside[1:] for aside in asides if aside and aside[:2] == ("rule", "contact")}
        others = [
            key
            for key, one in self.known.items()
            if key not in named and one.state == "dismissed" and one.aside and one.aside[1:] in ended
        ]
        self.change(named + others, ended=ended)
        for key in named:
            self.known[key].put("open", None, anyway=("rule", self.who(key)) in self.rules)
        return len(named), self.end(ended)

    def end(self, places: set[Any]) -> int:
        for place in places:
            self.rules.pop(place, None)
        opened = 0
        for key, one in self.known.items():
            if one.aside and one.aside[0] == "rule" and one.aside[1:] in places:
                other = self.ruling(key)
                if other:
                    one.put(one.state, ("rule", *other), anyway=one.anyway)
                elif one.state == "dismissed":
                    one.put("open", None, anyway=one.anyway)
                    opened += 1
                else:
                    one.aside = None
        return opened

    def undo(self, past: Past) -> int:
        if self.now - past.at > timedelta(hours=24) or past not in self.past:
            raise NotFound
        if any(self.known[key].version != version for key, version in past.after.items()):
            raise ChangedSince(1)
        if any(place not in self.rules for place in past.made) or any(place in self.rules for place in past.ended):
            raise ChangedSince(1)
        for key, was in past.before.items():
            self.known[key].put(was.state, was.aside, anyway=was.anyway)
        self.end(past.made)
        for place in past.ended:
            self.rules[place] = past.rules[place]
        self.past.remove(past)
        return len(past.before)


KEYS = st.sets(st.sampled_from("abc"), min_size=1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("look"), st.dictionaries(st.sampled_from("abc"), st.integers(1, 2))),
        st.tuples(st.just("dismiss"), KEYS, st.sampled_from(["item", "contact", "rule"])),
        st.tuples(st.just("snooze"), KEYS, st.integers(1, 3)),
        st.tuples(st.just("reopen"), KEYS),
        st.tuples(st.just("undo"), st.integers(1, 3)),
        st.tuples(st.just("end"), st.sampled_from(["acme", "birch"])),
        st.tuples(st.just("day")),
    ),
    min_size=4,
    max_size=14,
)


async def test_lives(scene: Scene) -> None:
    loop = asyncio.get_running_loop()
    codes = iter(range(10_000))

    @settings(max_examples=80, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    # A contact's rule goes with the undo; the firm's takes over from a contact's; a snooze ends while nothing is found; what
    # was taken up again counts in spite of the rule, until it is set aside once more.
    @example([("dismiss", {"a"}, "contact"), ("undo", 1), ("look", {"a": 1, "b": 1})])
    @example(
        [("dismiss", {"a"}, "contact"), ("dismiss", {"a"}, "rule"), ("reopen", {"a"}), ("end", "acme"), ("undo", 1)]
    )
    @example([("snooze", {"a"}, 1), ("look", {}), ("day",), ("look", {"a": 1})])
    @example([("dismiss", {"a"}, "rule"), ("reopen", {"a"}), ("look", {"a": 2, "b": 2}), ("dismiss", {"a"}, "item")])
    @example([("dismiss", {"a"}, "contact"), ("reopen", {"b"}), ("undo", 1), ("look", {"a": 2}), ("undo", 1)])
    def lives(steps: list[tuple[Any, ...]]) -> None:
        asyncio.run_coroutine_threadsafe(live(scene, f"T{next(codes)}", steps), loop).result()

    # Hypothesis is synchronous, the database is not: it draws in a thread, and each life is lived here.
    await asyncio.to_thread(lives)


async def live(scene: Scene, code: str, steps: list[tuple[Any, ...]]) -> None:
    async with scene.ctx.unit() as unit:
        client = unit.add(Client(tenant_id=None, name=code, state="active", visibility="whole_team"))
    model = Model(scene.clock.now())
    undos: dict[int, UUID] = {}
    for step in [("look", {"a": 1, "b": 1, "c": 1}), *steps]:
        scene.clock.move(timedelta(minutes=1))
        model.now = scene.clock.now()
        if step[0] == "day":
            scene.clock.move(timedelta(hours=24))
        elif step[0] == "look":
            await look(scene, client.id, code, step[1])
            model.look(step[1], model.now.date())
        elif step[0] == "end":
            async with scene.ctx.unit() as unit:
                for line in await rules_of_firm(unit):
                    if line.rule.code == code and line.rule.name.strip().lower() == step[1]:
                        await remove_rule(unit, rule_id=line.rule.id)
            model.end({("rule", step[1])})
        elif step[0] == "undo":
            if len(model.past) >= step[1]:
                past = model.past[-step[1]]
                assert await done(scene, client.id, code, ("undo", undos[id(past)])) == told(lambda: model.undo(past))  # noqa: B023
        else:
            keys = step[1]
            wanted: Any = {
                "dismiss": lambda: model.dismiss(keys, step[2]),  # noqa: B023 - called at once
                "snooze": lambda: model.snooze(keys, model.now.date() + timedelta(days=step[2])),  # noqa: B023
                "reopen": lambda: model.reopen(keys),  # noqa: B023
            }[step[0]]
            came = await done(scene, client.id, code, step)
            if isinstance(came, type):
                assert came is told(wanted)
            else:
                assert (came.updated, came.also) == told(wanted), step
                undos[id(model.past[-1])] = came.undo
        await compare(scene, client.id, code, model)


def told(ask: Any) -> Any:
    try:
        return ask()
    except (AlreadyResolved, ChangedSince, NotFound) as problem:
        return type(problem)


async def look(scene: Scene, client_id: UUID, code: str, found: dict[str, int]) -> None:
    """As a score does; what the judge would count is what is open afterwards."""
    findings = [
        Finding(key=key, fingerprint=f"f{what}", title="T", detail="d", contact=WHO[key]) for key, what in found.items()
    ]
    today = scene.clock.now().date()
    async with scene.ctx.unit() as unit:
        await unit.lock(Client, client_id)
        aside = await set_aside(unit, client_id=client_id, as_of=today)
        await merge_issues(unit, client_id=client_id, findings={code: findings}, as_of=today)
        rows = await unit.rows(select(Issue.key).where(Issue.client_id == client_id, Issue.state == "open"))
        counted = {finding.key for finding in findings} - set(aside.keys(code, findings))
        assert {row.key for row in rows} == counted


async def done(scene: Scene, client_id: UUID, code: str, step: tuple[Any, ...]) -> Any:
    try:
        async with scene.ctx.unit() as unit:
            if step[0] == "undo":
                return await undo_issue_change(unit, client_id=client_id, undo=step[1])
            ids = await unit.scalars(select(Issue.id).where(Issue.client_id == client_id, Issue.key.in_(step[1])))
            if step[0] == "dismiss":
                scope: Scope = step[2]
                return await dismiss_issues(unit, client_id=client_id, issue_ids=ids, reason="So it is", scope=scope)
            if step[0] == "snooze":
                until = unit.now.date() + timedelta(days=step[2])
                return await snooze_issues(unit, client_id=client_id, issue_ids=ids, until=until)
            return await reopen_issues(unit, client_id=client_id, issue_ids=ids)
    except (AlreadyResolved, ChangedSince, NotFound) as problem:
        return type(problem)


async def compare(scene: Scene, client_id: UUID, code: str, model: Model) -> None:
    async with scene.ctx.unit(write=False) as unit:
        issues = await unit.scalars(select(Issue).where(Issue.firm_id == unit.firm_id, Issue.client_id == client_id))
    seen = {issue.key: (issue.state, aside_of(issue), issue.counts_anyway, issue.version) for issue in issues}
    assert seen == {
        key: (one.state, one.aside and one.aside[:2], one.anyway, one.version) for key, one in model.known.items()
    }


def aside_of(issue: Issue) -> tuple[Any, ...] | None:
    if issue.rule_id:
        return "rule", issue.dismissed_scope
    if issue.dismissed_at:
        return (issue.dismissed_scope,)
    return ("snooze", issue.snoozed_until) if issue.snoozed_until else None
