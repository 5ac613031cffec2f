"""The one store of what has happened: in memory, kept in one small file when the sandbox has a folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..settings import Settings
from .answers import Answers
from .calls import Calls
from .consents import Consents
from .edits import Edits
from .keys import Keys
from .people import People


@dataclass
class Switches:
    """What the control page may turn while the sandbox runs."""

    latency_ms: int
    limits: bool
    bulk_connect: bool
    daily_limit: int
    harsh_rotation: bool
    """A refresh token that was turned works again only while its child is the newest, and that child dies of it."""
    last_page: str
    empty_clears: bool
    inverse_relationships: bool
    lists_left_staff: bool


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"not kept: {type(value)}")


class Memory:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._file = settings.directory / "state.json" if settings.directory else None
        self.keys = Keys(settings.directory)
        self.calls = Calls()
        self.answers = Answers()
        self.consents = Consents(kept=self._keep)
        self.edits = Edits(kept=self._keep)
        self.people = People(settings.seed, settings.practice_clients, kept=self._keep)
        self.switches = self._first_switches()
        self._load()

    def _first_switches(self) -> Switches:
        s = self._settings
        return Switches(
            s.latency_ms,
            s.limits,
            s.bulk_connect,
            s.daily_limit,
            s.harsh_rotation,
            s.practice_last_page,
            s.practice_empty_clears,
            s.practice_inverse_relationships,
            s.practice_lists_left_staff,
        )

    def reset(self) -> None:
        """As if nobody had ever signed in or called. The key pair stays: tokens die with their consents."""
        self.consents.clear()
        self.edits.clear()
        self.people.clear()
        self.calls.clear()
        self.answers.clear()
        self.switches = self._first_switches()

    def _keep(self) -> None:
        if self._file is None:
            return
        kept = {
            "seed": self._settings.seed,
            "consents": self.consents.dump(),
            "edits": self.edits.dump(),
            "people": self.people.dump(),
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(kept, default=_plain))
        fresh.replace(self._file)

    def _load(self) -> None:
        if self._file is None or not self._file.exists():
            return
        try:
            kept = json.loads(self._file.read_text())
            if kept["seed"] == self._settings.seed:  # another seed has other organisations: nobody can have ticked those
                self.consents.load(kept["consents"])
                self.edits.load(kept["edits"])
                if "people" in kept and kept["people"]["size"] == self._settings.practice_clients:
                    self.people.load(kept["people"])
        except (KeyError, TypeError, ValueError):
            print(f"Xero sandbox: {self._file} is not of this version; starting without what it kept", flush=True)
            self.reset()
