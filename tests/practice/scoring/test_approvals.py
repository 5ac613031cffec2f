"""Whoever is approved for one client is known there and nowhere else."""

import pytest

from practice.kernel.problems import Invalid, NotFound
from practice.ledgers.models.organisation import LedgerUser
from practice.scoring.approve_person import approve_person, approved_people, withdraw_approval
from tests import make
from tests.practice.scoring.conftest import Scene


async def approve(scene: Scene, email: str) -> str:
    async with scene.ctx.unit() as unit:
        return str((await approve_person(unit, client_id=scene.client_id, email=email)).id)


async def test_an_approved_user_is_no_issue_until_the_approval_is_withdrawn(scene: Scene) -> None:
    for name, role in (("Bo", "STANDARD"), ("Cy", "FINANCIALADVISER"), ("Di", "READONLY")):
        await scene.write(scene.row(LedgerUser, name, email=f"{name}@acme.example", name=name, role=role))
    await scene.score()
    assert {one.title: one.state for one in await scene.issues("DQ46")} == {"Bo": "open", "Cy": "open"}
    first = await approve(scene, "  BO@acme.example ")
    assert await approve(scene, "bo@Acme.example") == first
    assert len(await scene.jobs("score_client")) == 1
    await scene.score()
    assert {one.title: one.state for one in await scene.issues("DQ46")} == {"Bo": "resolved", "Cy": "open"}
    async with scene.ctx.unit() as unit:
        (approved,) = await approved_people(unit, scene.client_id)
        assert (approved.email, approved.made_by) == ("bo@acme.example", scene.ctx.actor.member_id)
        await withdraw_approval(unit, client_id=scene.client_id, approval_id=approved.id)
    assert len(await scene.jobs("score_client")) == 1
    await scene.score()
    assert {one.state for one in await scene.issues("DQ46")} == {"open"}


async def test_an_approval_is_of_one_client_and_one_address(scene: Scene) -> None:
    async with scene.ctx.unit() as unit:
        other = await make.client(unit, "Birch")
    await approve(scene, "bo@acme.example")
    async with scene.ctx.unit() as unit:
        assert await approved_people(unit, other.id) == []
        (approved,) = await approved_people(unit, scene.client_id)
        with pytest.raises(NotFound):
            await withdraw_approval(unit, client_id=other.id, approval_id=approved.id)
    for wrong in ("", "bo", "@acme.example", "bo@acme", "b o@acme.example"):
        with pytest.raises(Invalid):
            await approve(scene, wrong)
