"""An answer is kept with its work or not at all: a commit that fails leaves the same key free to do the work (M5)."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError

from practice.kernel.unit import Unit
from tests.api.conftest import House, house, settings

__all__ = ["house", "settings"]


async def test_a_commit_that_fails_keeps_no_answer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await house.founder()
    body, key = {"email": "ben@bright.example", "role": "staff"}, str(uuid4())
    commit, failed = Unit.commit, list[Unit]()

    async def at_first_not(self: Unit) -> Any:
        if self.actor.kind == "staff" and any(verb == "member.invited" for verb in [e.verb for e in self._entries]) and not failed:
            failed.append(self)
            await self.session.flush()
            raise OperationalError("COMMIT", {}, ConnectionResetError())
        await commit(self)

    monkeypatch.setattr(Unit, "commit", at_first_not)
    first = await ada.post("/invitations", body, Idempotency_Key=key)
    assert (first.status_code, len(failed)) == (503, 1), first.text
    assert first.headers["Retry-After"]
    second = await ada.post("/invitations", body, Idempotency_Key=key)
    assert second.status_code == 201, second.text
    assert "Idempotent-Replayed" not in second.headers
    third = await ada.post("/invitations", body, Idempotency_Key=key)
    assert third.headers["Idempotent-Replayed"] == "true"
    assert third.json()["id"] == second.json()["id"]
