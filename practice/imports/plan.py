"""What is left to read of one organisation's books: the job's cursor, as an object.

A page is taken, given back or taken in; the dictionary that `cursor` answers is what a checkpoint saves.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from practice.ledgers.bury_deleted import KINDS
from practice.providers.base import PulledPage, Resource

UNJUDGED = frozenset({"bank_summary"})
"""What no check looks at: where only this has changed, the score has not."""
DOCUMENTS = frozenset({*KINDS, "bank_transactions", "payments", "manual_journals"})
PLACE = "organisation"
"""Where the books are kept: a report of a day waits for it."""
UNREAD: dict[str, Any] = {
    "pages": None,
    "rows": 0,
    "items": None,
    "began": None,
    "steady": True,
    "unnamed": 0,
    "aside": 0,
    "reasons": [],
}
MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One page to read."""

    resource: str
    page: int


class Plan:
    """What is left to read: the job's cursor, as an object. Its dictionary is what a checkpoint saves."""

    def __init__(
        self, cursor: dict[str, Any], resources: list[Resource], since: dict[str, datetime], *, sweep: bool = False
    ) -> None:
        """`sweep`: everything is read from its first page, whatever was read before."""
        self.sweep = sweep
        self.resources = {resource.key: resource for resource in resources}
        # A cursor saved by an earlier version has not every word.
        known = {
            key: {**UNREAD, **part}
            for key, part in (cursor.get("resources") or {}).items()
            # What a consent allowed when the import began may be withheld by now.
            if key in self.resources
        }
        self.saved: dict[str, dict[str, Any]] = known or {
            resource.key: {
                **UNREAD,
                "left": [1],
                "readings": 1,
                "since": None if sweep or not resource.since else _iso(since.get(resource.key)),
            }
            for resource in resources
        }
        self.calls: int = cursor.get("calls", 0)
        self.documents: int = cursor.get("documents", 0)
        self.set_aside: int = cursor.get("set_aside", 0)
        self.changed: int = cursor.get("changed", 0)
        self._under_way: set[Step] = set()
        self._located = False
        self.stored()
        self._order = sorted(self.saved, key=self._turn)

    def _turn(self, key: str) -> tuple[bool, bool, bool]:
        """What others wait for comes first, what comes in pages next: only its first page says how many follow. What
        books are whole without comes last: trouble with it then holds up nothing else.
        """
        resource = self.resources[key]
        return resource.scope is not None, key != PLACE, not resource.paged

    def cursor(self) -> dict[str, Any]:
        return {
            "resources": self.saved,
            "calls": self.calls,
            "documents": self.documents,
            "set_aside": self.set_aside,
            "changed": self.changed,
        }

    @property
    def whole(self) -> bool:
        """Whether everything was asked for, and not only what changed."""
        return all(part["since"] is None for part in self.saved.values())

    @property
    def finished(self) -> bool:
        return all(not part["left"] for part in self.saved.values())

    @property
    def calls_left(self) -> int:
        return sum(len(part["left"]) for part in self.saved.values())

    @property
    def unasked(self) -> int:
        """Calls left that are not under way."""
        return self.calls_left - len(self._under_way)

    @property
    def documents_total(self) -> int | None:
        """Known once every paged resource has said how much it has."""
        counts = [part["items"] for key, part in self.saved.items() if key in DOCUMENTS]
        return sum(counts) if None not in counts else None

    def since(self, resource: str) -> datetime | None:
        text = self.saved[resource]["since"]
        return datetime.fromisoformat(text) if text else None

    def next_step(self, now: datetime) -> Step | None:
        """The first page that nobody is reading; the second page of a resource waits for its first, and a report of a
        day until it is known where the organisation is.
        """
        for key in self._order:
            part = self.saved[key]
            if self.resources[key].dated and not self._located:
                continue
            for page in part["left"]:
                step = Step(key, page)
                if step not in self._under_way and (page == 1 or part["pages"] is not None):
                    part["began"] = part["began"] or now.astimezone(UTC).isoformat()
                    self._under_way.add(step)
                    return step
        return None

    def give_back(self, step: Step) -> None:
        self._under_way.discard(step)

    def land(self, step: Step, page: PulledPage) -> None:
        """Learns from a page that arrived which pages follow. It is left to read until it is stored."""
        part = self.saved[step.resource]
        pages = page.page_count or 1
        if pages > (part["pages"] or 1):
            # Also where it grew while it was read; new rows come last (xero-facts 3.2, default order).
            part["left"] += range((part["pages"] or 1) + 1, pages + 1)
        part["pages"] = max(part["pages"] or 1, pages)

    def take_in(self, step: Step, page: PulledPage) -> None:
        """Notes a page that is being stored in this unit."""
        self.land(step, page)
        part = self.saved[step.resource]
        self._under_way.discard(step)
        part["left"].remove(step.page)
        part["steady"] = part.get("steady", True) and part["items"] in (None, page.item_count)
        part["items"] = page.item_count
        part["rows"] += len(page.rows)
        self.calls += page.calls
        self.set_aside += len(page.quarantined)
        part["aside"] += len(page.quarantined)
        reasons = (f"{row['reason']} ({row['remote_id'] or 'no id'})" for row in page.quarantined)
        part["reasons"] = [*part["reasons"], *reasons][:MOST_REASONS]
        if step.resource in DOCUMENTS:
            self.documents += len(page.rows)

    def stored(self) -> None:
        """What was taken in is committed: others can read it now."""
        self._located = PLACE not in self.saved or not self.saved[PLACE]["left"]

    def note_changed(self, resource: str, rows: int) -> None:
        """Rows that are new, not as they were, or gone."""
        if resource not in UNJUDGED:
            self.changed += rows

    def read_again(self, resource: str) -> None:
        self.saved[resource] |= {**UNREAD, "left": [1], "readings": self.saved[resource]["readings"] + 1}

    def stages(self) -> list[dict[str, Any]]:
        """What the drawer of one import shows."""
        return [
            {
                "key": key,
                "label": self.resources[key].label,
                "done": part["rows"],
                "total": part["items"],
                "set_aside": part["aside"],
                "reasons": part["reasons"],
                "state": "done" if not part["left"] else "reading" if part["began"] else "waiting",
            }
            for key, part in self.saved.items()
        ]

    @property
    def stage(self) -> str | None:
        for key, part in self.saved.items():
            if part["left"] and part["began"]:
                return f"Reading {self.resources[key].label[0].lower()}{self.resources[key].label[1:]}"
        return None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def anew(cursor: dict[str, Any]) -> dict[str, Any]:
    """A cursor for another try by a person: what kept changing is read from its first page once more."""
    parts: dict[str, dict[str, Any]] = cursor.get("resources") or {}
    return cursor | {
        "resources": {
            key: part | {**UNREAD, "left": [1], "readings": 1} if part["left"] and part["readings"] > 1 else part
            for key, part in parts.items()
        }
    }


def percent(calls: int, calls_left: int | None) -> int:
    """How far an import is, by calls; never 100 before it has ended."""
    whole = calls + (calls_left or 0)
    return min(99, calls * 100 // whole) if whole else 0
