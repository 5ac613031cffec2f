"""Another firm's ids, in every position an id can stand, are nobody's; and so are a client's for who may not see it."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from practice.clients.models import Client, Sight
from practice.connections.models import Connection, Tenant
from practice.exports.models import Export
from practice.fixes.models import Fix
from practice.imports.models import Import, ImportRun
from practice.kernel.actor import Actor
from practice.ledgers.books import Books
from practice.ledgers.models.figures import StatedFigure
from practice.ledgers.models.seals import Seal
from practice.ledgers.seals import packed, sealed_frame
from practice.links.models import Link, LinkConflict
from practice.scoring.models import ApprovedPerson, Issue, IssueChange, IssueRule
from practice.xpm.models import Snapshot, SnapshotRow
from tests.api.conftest import House, Person

# A period without documents.
NOTHING = packed(sealed_frame(Books.empty(date(2026, 11, 21)), date(2025, 7, 1), date(2026, 6, 30)))
NO_PROGRESS = {"stage": "Ready", "done": 0, "total": 0}
NOBODYS = "01939e7c-6f0a-7d5e-8000-5c0e8b1f2a3d"


@dataclass
class Holding:
    """One of each thing that has an id, in one firm."""

    owner: Person
    ids: dict[str, str] = field(default_factory=dict)


async def holding(house: House, firm: str, name: str) -> Holding:
    owner = await house.founder(firm, name)
    viewer = await house.colleague(owner, "viewer", f"{name}s viewer")
    assert owner.firm_id is not None
    async with house.unit(Actor.system(owner.firm_id)) as unit:
        tenant = unit.add(
            Tenant(
                provider="xero", remote_id=str(unit.ids.new()), name=f"ZZ{firm}", kind="organisation", is_demo=False,
                size_state="known", size_documents=10, size_calls=10, seen_at=unit.now,
            )
        )  # fmt: skip
        await unit.flush()
        connection = unit.add(Connection(tenant_id=tenant.id, status="active", connected_at=unit.now))
        client = unit.add(
            Client(
                tenant_id=tenant.id, name=f"ZZ{firm}", state="active", visibility="specific_people", tags=[f"ZZ{firm}"],
                version=1, import_failed=False, band="unscored", provisional=False, trend=[], issues=1,
            )
        )  # fmt: skip
        await unit.flush()
        run = unit.add(ImportRun(started_by=owner.member_id, state="open"))
        await unit.flush()
        import_ = unit.add(
            Import(
                run_id=run.id, client_id=client.id, tenant_id=tenant.id, state="queued", stages=[], documents=0, calls=0,
                set_aside=0, attempts=1,
            )
        )  # fmt: skip
        issue = unit.add(
            Issue(
                client_id=client.id, code="DQ01", key="k", fingerprint="f", state="open", title="T", detail="D",
                facts={}, links=[], found_at=unit.now,
            )
        )  # fmt: skip
        await unit.flush()
        fix = unit.add(
            Fix(
                client_id=client.id, issue_id=issue.id, kind="archive_contact", resource="contacts",
                remote_id=str(unit.ids.new()), title="T", changes=[], state="written", made_by=owner.member_id,
                can_undo=True,
            )
        )  # fmt: skip
        seal = unit.add(
            Seal(
                tenant_id=tenant.id, period_start=date(2025, 7, 1), period_end=date(2026, 6, 30), sealed_at=unit.now,
                sealed_by=owner.member_id, note="", documents=0, total_cents=0, content=NOTHING,
            )
        )  # fmt: skip
        figure = unit.add(
            StatedFigure(
                tenant_id=tenant.id, kind="tax_filed", account_id=None, date=date(2026, 6, 30), cents=1,
                made_by=owner.member_id, made_at=unit.now, source="entered",
            )
        )  # fmt: skip
        approved = unit.add(
            ApprovedPerson(client_id=client.id, email=f"zz@{firm}.example", made_by=owner.member_id, made_at=unit.now)
        )
        change = unit.add(
            IssueChange(client_id=client.id, kind="dismissed", made_at=unit.now, rules_made=[], rules_ended=[])
        )
        rule = unit.add(
            IssueRule(code="DQ01", about="a", name="A", client_id=None, reason="r", made_by=None, made_at=unit.now)
        )
        export = unit.add(
            Export(
                member_id=owner.member_id, client_id=client.id, kind="issues_xlsx", params={}, state="queued",
            )
        )  # fmt: skip
        practice = unit.add(
            Tenant(
                provider="xero", remote_id=str(unit.ids.new()), name=f"ZZ{firm} practice", kind="practice_manager",
                is_demo=False, seen_at=unit.now,
            )
        )  # fmt: skip
        await unit.flush()
        snapshot = unit.add(
            Snapshot(tenant_id=practice.id, state="ready", started_by=owner.member_id, progress=NO_PROGRESS, counts={}, groups=[])
        )
        await unit.flush()
        row = unit.add(
            SnapshotRow(
                snapshot_id=snapshot.id, kind="client", remote_id=str(unit.ids.new()), name=f"ZZ{firm} person",
                neutral={"structure": "Individual", "fields": {}}, digest=b"", client_kind="person", proposal="create",
                reasons=[], candidates=[], warnings=[], changes=[], chosen=True, action="create",
            )
        )  # fmt: skip
        link = unit.add(
            Link(
                tenant_id=practice.id, kind="client", remote_id=str(unit.ids.new()), client_id=client.id, state="linked",
                details="basic", base={}, remote_name=f"ZZ{firm} there", changed_fields=[],
            )
        )  # fmt: skip
        await unit.flush()
        conflict = unit.add(
            LinkConflict(
                link_id=link.id, client_id=client.id, field="email", base="", local="a@x.example",
                remote=f"zz{firm}@x.example", found_at=unit.now,
            )
        )  # fmt: skip
        await unit.flush()
    view = await owner.post("/views", {"screen": "health", "name": "Theirs", "params": {}})
    profiles = (await owner.get("/profiles")).json()["items"]
    profile = await owner.post("/profiles", {"name": f"ZZ{firm}", "copy_of": profiles[0]["id"]})
    key = await owner.post("/keys", {"label": "theirs"})
    invitation = await owner.post("/invitations", {"email": f"eve@{name}.example", "role": "staff"})
    return Holding(
        owner,
        {
            "client_id": str(client.id),
            "tenant_id": str(tenant.id),
            "connection_id": str(connection.id),
            "run_id": str(run.id),
            "import_id": str(import_.id),
            "issue_id": str(issue.id),
            "fix_id": str(fix.id),
            "seal_id": str(seal.id),
            "figure_id": str(figure.id),
            "approval_id": str(approved.id),
            "undo": str(change.id),
            "rule_id": str(rule.id),
            "export_id": str(export.id),
            "snapshot_id": str(snapshot.id),
            "row_id": str(row.id),
            "conflict_id": str(conflict.id),
            "practice_id": str(practice.id),
            "view_id": view.json()["id"],
            "profile_id": profile.json()["id"],
            "member_id": str(viewer.member_id),
            "key_id": key.json()["id"],
            "invitation_id": invitation.json()["id"],
        },
    )


def bodies(mine: dict[str, str], theirs: dict[str, str]) -> list[tuple[str, str, Any]]:
    """Method, path and body of every operation that takes ids in its body or query, one of them `theirs`."""
    ours, strange = mine["client_id"], theirs["client_id"]
    return [
        ("POST", "/clients", {"tenant_ids": [mine["tenant_id"], theirs["tenant_id"]]}),
        ("POST", "/tenants/probe", {"tenant_ids": [mine["tenant_id"], theirs["tenant_id"]]}),
        ("PATCH", "/clients/bulk", {"changes": [{"id": ours, "tags": ["a"]}, {"id": strange, "tags": ["a"]}]}),
        ("PATCH", "/clients/bulk", {"changes": [{"id": ours, "manager_ids": [theirs["member_id"]]}]}),
        ("PATCH", "/clients/bulk", {"changes": [{"id": ours, "viewer_ids": [theirs["member_id"]]}]}),
        ("POST", "/clients/removal", {"client_ids": [ours, strange]}),
        ("POST", "/estimates", {"client_ids": [ours, strange]}),
        ("POST", "/import-runs", {"client_ids": [ours, strange]}),
        ("POST", f"/import-runs/{mine['run_id']}/retry", {"import_ids": [theirs["import_id"]]}),
        ("POST", f"/clients/{ours}/dismissals", {"issue_ids": [mine["issue_id"], theirs["issue_id"]], "reason": "r"}),
        ("POST", f"/clients/{ours}/reopenings", {"issue_ids": [mine["issue_id"], theirs["issue_id"]]}),
        ("GET", f"/activity?client_id={strange}", None),
        ("GET", f"/xpm/policy?tenant_id={theirs['practice_id']}", None),
        ("PUT", "/xpm/policy", {"tenant_id": theirs["practice_id"], **dict.fromkeys(("name", "email", "phone", "address"), "ask")}),
    ]


@pytest.fixture
async def firms(house: House) -> tuple[Holding, Holding]:
    return await holding(house, "Bright", "Ada"), await holding(house, "Other", "Ben")


async def same_refusal(person: Person, method: str, path: str, body: object, theirs: dict[str, str]) -> str:
    """Asks with another firm's id and with nobody's; hands back what differs, or nothing."""

    def anonymous(text: str) -> str:
        for id_ in theirs.values():
            text = text.replace(id_, NOBODYS)
        return text

    answer = await person.send(method, path, body)
    blank = await person.send(method, anonymous(path), json.loads(anonymous(json.dumps(body))))
    said, expected = answer.json(), blank.json()
    said.pop("instance", None)
    expected.pop("instance", None)
    if answer.status_code not in (404, 422):
        return f"{method} {path} answered {answer.status_code}"
    if anonymous(json.dumps(said)) != json.dumps(expected) or answer.status_code != blank.status_code:
        return f"{method} {path}: {said} is not {expected}"
    return ""


async def test_in_a_path(house: House, firms: tuple[Holding, Holding]) -> None:
    ada, other = firms
    tried, wrong = set(), []
    for path, methods in house.app.openapi()["paths"].items():
        for method, operation in methods.items():
            names = [each["name"] for each in operation.get("parameters", []) if each["in"] == "path"]
            if not names:
                continue
            called = path.removeprefix("/api/v1")
            for name in names:
                called = called.replace("{" + name + "}", "DQ01" if name == "code" else other.ids[name])
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
            wrong.append(await same_refusal(ada.owner, method.upper(), called, body, other.ids))
            tried |= set(names)
    assert [each for each in wrong if each] == []
    assert tried == {"client_id", "code", "connection_id", "run_id", "import_id", "member_id", "key_id", "invitation_id"} | {
        "issue_id", "fix_id", "seal_id", "figure_id", "approval_id", "undo", "rule_id", "export_id", "view_id", "profile_id",
        "snapshot_id", "row_id", "conflict_id",
    }  # fmt: skip


async def test_in_a_body_the_whole_request_is_refused(house: House, firms: tuple[Holding, Holding]) -> None:
    ada, other = firms
    wrong = [await same_refusal(ada.owner, *call, other.ids) for call in bodies(ada.ids, other.ids)]
    assert [each for each in wrong if each] == []
    assert (await ada.owner.get("/clients")).json()["items"][0]["tags"] == ["ZZBright"]
    assert (await ada.owner.get("/import-runs")).json()["total"] == 1
    assert (await other.owner.get("/clients")).json()["items"][0]["tags"] == ["ZZOther"]


async def test_lists_never_speak_of_another_firm(house: House, firms: tuple[Holding, Holding]) -> None:
    ada, other = firms
    for path, methods in house.app.openapi()["paths"].items():
        if "get" not in methods or path.endswith("/events"):
            continue
        called = path.removeprefix("/api/v1")
        for name, id_ in ada.ids.items():
            called = called.replace("{" + name + "}", id_)
        answer = await ada.owner.get(called.replace("{code}", "DQ01"))
        assert answer.status_code < 500, path
        assert "ZZOther" not in answer.text, path
        for id_ in other.ids.values():
            assert id_ not in answer.text, path


async def test_a_client_is_nobodys_for_who_may_not_see_it(house: House, firms: tuple[Holding, Holding]) -> None:
    ada, _ = firms
    staff = await house.colleague(ada.owner, "staff", "Stu")
    hidden = {
        name: ada.ids[name] for name in ("client_id", "import_id", "conflict_id", "issue_id", "fix_id", "seal_id", "figure_id", "approval_id", "undo")
    }
    wrong = []
    for path, methods in house.app.openapi()["paths"].items():
        for method, operation in methods.items():
            names = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
            if not names & {"client_id", "import_id"} or "archive" in path or path.endswith(("/link", "/link/refresh")):
                continue
            called = path.removeprefix("/api/v1").replace("{code}", "DQ01")
            for name, id_ in hidden.items():
                called = called.replace("{" + name + "}", id_)
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
            wrong.append(await same_refusal(staff, method.upper(), called, body, hidden))
    chosen = {"client_ids": [ada.ids["client_id"]]}
    wrong += [await same_refusal(staff, "POST", path, chosen, hidden) for path in ("/estimates", "/import-runs")]
    wrong.append(
        await same_refusal(
            staff,
            "PATCH",
            "/clients/bulk",
            {"changes": [{"id": ada.ids["client_id"], "visibility": "whole_team"}]},
            hidden,
        )
    )
    assert [each for each in wrong if each] == []
    for path in ("/clients", "/import-runs", f"/import-runs/{ada.ids['run_id']}/imports", "/me"):
        answer = await staff.get(path)
        assert "ZZBright" not in answer.text, path
    assert (await staff.get("/clients")).json()["total"] == 0
    assert (await staff.get("/me")).json()["counts"]["clients"] == 0

    assert ada.owner.firm_id is not None
    async with house.unit(Actor.system(ada.owner.firm_id)) as unit:
        unit.add(Sight(client_id=UUID(ada.ids["client_id"]), member_id=staff.member_id))
    assert (await staff.get(f"/clients/{ada.ids['client_id']}")).json()["name"] == "ZZBright"
