"""What an app and the control page change in the practice: what is kept, what gets a new modified time, what the truth says afterwards."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from ..clock import Clock
from ..gateway.wire import AnswerLost, Wire
from ..settings import Settings
from ..state.memory import Memory
from ..world.practice import records
from .conftest import NOON, Browser
from .practice import ALL, Xpm, signed_in

SIZE = 200


@pytest.fixture
async def xpm(browser: Browser) -> Xpm:
    found = await signed_in(browser, scope=ALL)
    await found.control("practice/size", clients=SIZE)
    return found


@pytest.fixture
def some() -> list[str]:
    """Active clients that no test below finds merged or deleted."""
    return [one.uuid for one in records(1, SIZE).clients.values() if one.status == "active"]


async def changed(xpm: Xpm) -> set[str]:
    """Whom an incremental read finds after noon."""
    root = await xpm.xml("client.api/list", modifiedsince=NOON.strftime("%Y-%m-%dT%H:%M:%S"))
    return {row.findtext("UUID") or "" for row in root.findall("Clients/Client")}


async def kept(xpm: Xpm, uuid: str) -> Any:
    return (await xpm.http.get(f"/__control/practice/clients/{uuid}")).json()


# Clients


async def test_a_client_is_added_as_often_as_it_is_asked(xpm: Xpm) -> None:
    body = (
        "<Client><Name>Okafor &amp; Sons</Name><WebSite>https://okafor.example</WebSite><Website>not this</Website>"
        "<TaxNumber>123456782</TaxNumber><BusinessStructure>Company</BusinessStructure><GSTPeriod>2</GSTPeriod>"
        "<BalanceMonth>Jun</BalanceMonth><Contacts><Contact><Name>Ama</Name><IsPrimary>Yes</IsPrimary></Contact>"
        "<Contact><Name>Daniel</Name><IsPrimary>Yes</IsPrimary></Contact></Contacts></Client>"
    )
    first, second = [await xpm.send("POST", "client.api/add", body) for _ in range(2)]
    assert (first.get("api-method"), first.findtext("Status")) == ("Add", "OK")
    one = first.find("Client")
    assert one is not None
    told = {child.tag: child.text for child in one}
    assert told["Name"] == "Okafor & Sons"
    assert told["Website"] == "https://okafor.example"
    assert told["TaxNumber"] == "******782"
    assert (told["GSTPeriod"], told["BalanceMonth"]) == ("2 Monthly", "6")
    assert [(row.findtext("Name"), row.findtext("IsPrimary")) for row in one.findall("Contacts/Contact")] == [("Ama", "No"), ("Daniel", "Yes")]
    assert first.findtext("Client/UUID") != second.findtext("Client/UUID")
    assert (await kept(xpm, first.findtext("Client/UUID") or ""))["fields"]["taxNumber"] == "123456782"
    found = await xpm.xml("client.api/search", query="okafor & sons")
    assert len(found.findall("Clients/Client")) == 2


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<Client><Email>a@b.example</Email></Client>", "Client name is required"),
        ("<Client><Name>A</Name><BusinessStructure>Guild</BusinessStructure></Client>", "Invalid business structure"),
        ("<Client><Name>A</Name><AccountManagerUUID>x</AccountManagerUUID></Client>", "Invalid staff identifier"),
        ("<Client><Name>A</Name><DateOfBirth>31 Feb</DateOfBirth></Client>", "Invalid date of birth"),
        ("<Client><Name>A</Name><BalanceMonth>13</BalanceMonth></Client>", "Invalid balance month"),
        ("<Client><Name>A</Name><ProvisionalTaxRatio>most</ProvisionalTaxRatio></Client>", "Invalid provisional tax ratio"),
        ("<Client><Name>A</Client>", "The request body could not be read"),
        ('<!DOCTYPE c [<!ENTITY e "x">]><Client><Name>&e;</Name></Client>', "The request body could not be read"),
        ("", "The request body could not be read"),
    ],
)
async def test_what_cannot_be_added_is_refused_with_200(xpm: Xpm, body: str, said: str) -> None:
    root = await xpm.send("POST", "client.api/add", body)
    assert (root.findtext("Status"), root.findtext("ErrorDescription")) == ("ERROR", said)
    assert not await changed(xpm)


@pytest.mark.parametrize("clears", [False, True])
async def test_an_update_changes_what_it_names(xpm: Xpm, some: list[str], clears: bool) -> None:
    await xpm.control("practice/switches", empty_clears="on" if clears else "off")
    before = await kept(xpm, some[30])
    root = await xpm.send("PUT", "client.api/update", f"<Client><UUID>{some[30]}</UUID><Phone>1</Phone><ClientCode /></Client>")
    after = await kept(xpm, some[30])
    assert root.findtext("Client/Phone") == "1"
    expected = {**before["fields"], "phone": "1"}
    if clears:
        expected.pop("clientCode")
    assert after["fields"] == expected
    assert await changed(xpm) == {some[30]}


async def test_archive_and_delete_leave_the_row_in_the_list_and_not_in_the_pages(xpm: Xpm, some: list[str]) -> None:
    archived = await xpm.send("PUT", "client.api/archive", f"<Client><UUID>{some[1]}</UUID></Client>")
    assert archived.findtext("Client/IsArchived") == "Yes"
    deleted = await xpm.send("POST", "client.api/delete", f"<Client><UUID>{some[2]}</UUID></Client>")
    assert [child.tag for child in deleted] == ["Status"]
    rows = (await xpm.xml("client.api/list")).findall("Clients/Client")
    flags = {row.findtext("UUID"): (row.findtext("IsArchived"), row.findtext("IsDeleted")) for row in rows}
    assert (flags[some[1]], flags[some[2]]) == (("Yes", "No"), ("No", "Yes"))
    paged = {row.findtext("UUID") for row in (await xpm.xml("client.api/paged-list", pageSize=500)).findall("Clients/Client")}
    assert not {some[1], some[2]} & paged


async def test_a_lost_answer_leaves_what_was_written(xpm: Xpm) -> None:
    await xpm.control("faults", kind="lost_answer", path="client.api/add")
    with pytest.raises(AnswerLost):
        await xpm.send("POST", "client.api/add", "<Client><Name>Written Once</Name></Client>")
    assert len((await xpm.xml("client.api/search", query="Written Once")).findall("Clients/Client")) == 1


# Contacts


async def test_a_contact_stands_at_several_clients(xpm: Xpm, some: list[str]) -> None:
    first, second = some[10], some[11]
    body = f"<Contact><Client><UUID>{first}</UUID></Client><Name>Ama</Name><Position>Owner</Position><IsPrimary>Yes</IsPrimary></Contact>"
    made = await xpm.send("POST", "client.api/contact", body)
    key = made.findtext("Contact/UUID")
    assert (made.get("api-method"), made.findtext("Contact/Position")) == ("Contact", "Owner")
    links = f"<Client><Contacts><Contact><UUID>{key}</UUID><Position>Friend</Position><IsPrimary>No</IsPrimary></Contact></Contacts></Client>"
    linked = await xpm.send("POST", f"client.api/client/{second}/contacts", links)
    assert linked.findtext("Client/Contacts/Contact/UUID") == key
    assert await changed(xpm) == {first, second}
    seen = await xpm.xml(f"client.api/contact/{key}", clientUuid=second)
    assert (seen.findtext("Contact/Position"), seen.findtext("Contact/IsPrimary")) == ("Friend", "No")
    primaries = [row.findtext("IsPrimary") for row in (await xpm.xml(f"client.api/get/{first}")).findall("Client/Contacts/Contact")]
    assert primaries.count("Yes") == 1
    renamed = await xpm.send("PUT", f"client.api/contact/{key}", "<Contact><Name>Ama O</Name></Contact>", clientUuid=first)
    assert renamed.findtext("Contact/Name") == "Ama O"
    await xpm.send("DELETE", f"client.api/contact/{key}", clientUuid=first)
    assert (await xpm.xml(f"client.api/contact/{key}")).findtext("Contact/IsDeleted") == "No"
    gone = await xpm.send("DELETE", f"client.api/contact/{key}")
    assert gone.findtext("Contact/IsDeleted") == "Yes"
    assert key not in {row.findtext("UUID") for row in (await xpm.xml("client.api/contacts", pageSize=500)).findall("Contacts/Contact")}


async def test_no_more_than_ten_contacts_at_once(xpm: Xpm, some: list[str]) -> None:
    keys = list(records(1, SIZE).contacts)[:11]
    body = "".join(f"<Contact><UUID>{key}</UUID></Contact>" for key in keys)
    root = await xpm.send("POST", f"client.api/client/{some[0]}/contacts", f"<Client><Contacts>{body}</Contacts></Client>")
    assert root.findtext("Status") == "ERROR"


# Relationships, groups, custom fields


async def test_relationships_and_groups_give_no_client_a_new_time(xpm: Xpm, some: list[str]) -> None:
    one, other = next(uuid for uuid in some if "businessStructure" in records(1, SIZE).clients[uuid].fields), some[20]
    row = f"<ClientUUID>{one}</ClientUUID><RelatedClientUUID>{other}</RelatedClientUUID><Type>Shareholder</Type><NumberOfShares>40</NumberOfShares>"
    made = await xpm.send("POST", "client.api/addrelationship", f"<Relationship>{row}</Relationship>")
    key = made.findtext("ClientRelationship/UUID")
    assert made.get("api-method") == "AddRelationship"
    listed = (await xpm.xml(f"client.api/get/{one}")).findall("Client/Relationships/Relationship")
    assert key in {row.findtext("UUID") for row in listed}
    body = f"<Relationship><UUID>{key}</UUID><Type>Director</Type><NumberOfShares>60</NumberOfShares><EndDate>2026-11-01</EndDate></Relationship>"
    told = await xpm.send("PUT", "client.api/updaterelationship", body)
    assert told.findtext("ClientRelationship/RelationshipType/Name") == "Shareholder"
    assert (told.findtext("ClientRelationship/NumberOfShares"), told.findtext("ClientRelationship/EndDate")) == ("60", "2026-11-01")
    await xpm.send("POST", "client.api/deleterelationship", f"<Relationship><UUID>{key}</UUID></Relationship>")
    again = await xpm.send("POST", "client.api/deleterelationship", f"<Relationship><UUID>{key}</UUID></Relationship>")
    assert again.findtext("ErrorDescription") == "Invalid relationship identifier"
    group = (await xpm.send("POST", "clientgroup.api/add", f"<Group><Name>Kin</Name><ClientUUID>{one}</ClientUUID></Group>")).findtext("Group/UUID")
    body = f'<Group><UUID>{group}</UUID><add uuid="{other}" /><remove uuid="{one}" /></Group>'
    members = await xpm.send("PUT", "clientgroup.api/members", body)
    assert [row.findtext("UUID") for row in members.findall("Group/Clients/Client")] == [other]
    await xpm.send("POST", "clientgroup.api/delete", f"<Group><UUID>{group}</UUID></Group>")
    assert (await xpm.xml(f"clientgroup.api/get/{group}")).findtext("Status") == "ERROR"
    assert not await changed(xpm)


@pytest.mark.parametrize("both", [False, True])
async def test_the_other_side_of_a_relationship_is_written_if_the_switch_says_so(xpm: Xpm, some: list[str], both: bool) -> None:
    await xpm.control("practice/switches", inverse_relationships="on" if both else "off")
    row = f"<ClientUUID>{some[0]}</ClientUUID><RelatedClientUUID>{some[1]}</RelatedClientUUID><Type>Parent Of</Type>"
    await xpm.send("POST", "client.api/addrelationship", f"<Relationship>{row}</Relationship>")
    types = [row.findtext("Type") for row in (await xpm.xml(f"client.api/get/{some[1]}")).findall("Client/Relationships/Relationship")]
    assert ("Child Of" in types) == both


async def test_custom_fields_are_set_read_and_cleared(xpm: Xpm, some: list[str]) -> None:
    fields = {row.findtext("Name"): row for row in (await xpm.xml("customfield.api/definition")).iter("CustomFieldDefinition")}
    day, box = fields["Client since"].findtext("UUID"), fields["Newsletter"].findtext("UUID")
    assert fields["Risk rating"].findtext("Options") == "Low;Medium;High"
    path = f"client.api/update/{some[3]}/customfield"

    async def put(*rows: str) -> ET.Element:
        return await xpm.send("PUT", path, f"<CustomFields>{''.join(f'<CustomField>{row}</CustomField>' for row in rows)}</CustomFields>")

    async def read() -> dict[str | None, str]:
        root = await xpm.xml(f"client.api/get/{some[3]}/customfield")
        return {row.findtext("UUID"): ET.tostring(row[-1], encoding="unicode") for row in root.iter("CustomField")}

    assert (await put(f"<UUID>{day}</UUID><Date>20261112</Date>", f"<UUID>{box}</UUID><Boolean>true</Boolean>")).findtext("Status") == "OK"
    assert await read() == {day: "<Date>2026-11-12T00:00:00</Date>", box: "<Boolean>true</Boolean>"}
    await put(f"<UUID>{day}</UUID><Date />")
    assert await read() == {box: "<Boolean>true</Boolean>"}
    wrong = await put(f"<UUID>{fields['Employees'].findtext('UUID')}</UUID><Number>many</Number>")
    assert wrong.findtext("ErrorDescription") == "Invalid custom field value"


# The control page


async def test_the_control_page_changes_a_client_loudly_or_silently(xpm: Xpm, some: list[str]) -> None:
    await xpm.control("practice/change-client", uuid=some[5], fields={"email": "new@tuimail.example", "clientCode": ""})
    await xpm.control("practice/change-client", uuid=some[6], fields={"email": "quiet@tuimail.example"}, silent="yes")
    assert await changed(xpm) == {some[5]}
    for uuid, email in ((some[5], "new@tuimail.example"), (some[6], "quiet@tuimail.example")):
        assert (await xpm.xml(f"client.api/get/{uuid}")).findtext("Client/Email") == email
    assert "clientCode" not in (await kept(xpm, some[5]))["fields"]


async def test_archived_deleted_restored_and_gone(xpm: Xpm, some: list[str]) -> None:
    assert (await xpm.control("practice/archive-client", uuid=some[0]))["status"] == "archived"
    assert (await xpm.control("practice/delete-client", uuid=some[0]))["status"] == "deleted"
    assert (await xpm.control("practice/restore-client", uuid=some[0]))["status"] == "active"
    linked = next(row for row in records(1, SIZE).relationships.values() if row.related in some)
    await xpm.control("practice/delete-client", uuid=linked.related, gone="yes")
    assert (await xpm.xml(f"client.api/get/{linked.related}")).findtext("Status") == "ERROR"
    listed = await xpm.xml("client.api/list", detailed="true")
    assert linked.related not in {one.text for one in listed.iter("UUID")}


async def test_a_merge_moves_everything_and_the_truth_says_so(xpm: Xpm) -> None:
    truth = await xpm.truth()
    gone, into = truth["duplicates"][0]["clients"]
    before = [await kept(xpm, uuid) for uuid in (gone, into)]
    after = await xpm.control("practice/merge-clients", gone=gone, into=into)
    assert set(after["contacts"]) == {key for one in before for key in one["contacts"]}
    assert set(after["groups"]) == {key for one in before for key in one["groups"]}
    assert set(after["relationships"]) <= {key for one in before for key in one["relationships"]}
    assert len(after["relationships"]) >= len(before[1]["relationships"])
    assert (await xpm.http.get(f"/__control/practice/clients/{gone}")).status_code == 404
    now = await xpm.truth()
    assert {"gone": gone, "into": into} in now["merged"]
    assert gone not in now["clients"]
    assert len(now["duplicates"]) == len([one for one in truth["duplicates"] if gone not in one["clients"]])
    assert await changed(xpm) == {into}


async def test_a_prospect_that_becomes_a_client_has_a_new_id(xpm: Xpm, some: list[str]) -> None:
    made = await xpm.control("practice/convert-client", uuid=some[7])
    truth = await xpm.truth()
    assert made["uuid"] != some[7]
    assert truth["clients"][made["uuid"]]["party"] == truth["clients"][some[7]]["party"]
    assert truth["clients"][some[7]]["status"] == "archived"
    assert truth["clients"][made["uuid"]]["kind"] == truth["clients"][some[7]]["kind"]


async def test_staff_relationships_members_and_contacts_change(xpm: Xpm, some: list[str]) -> None:
    made = await xpm.control("practice/staff", name="New Hand", email="new.hand@ironbark.example")
    assert made["uuid"] in {row.findtext("UUID") for row in (await xpm.xml("staff.api/list")).findall("StaffList/Staff")}
    await xpm.control("practice/staff", uuid=made["uuid"], gone="yes")
    assert made["uuid"] not in {row.findtext("UUID") for row in (await xpm.xml("staff.api/list")).findall("StaffList/Staff")}
    row = await xpm.control("practice/relationship", client=some[0], related=some[1], type="Best Friend Of", start="2026-01-01")
    types = {one.findtext("Type") for one in (await xpm.xml(f"client.api/get/{some[0]}")).iter("Relationship")}
    assert "Best Friend Of" in types
    await xpm.control("practice/relationship", uuid=row["uuid"], gone="yes")
    group = await xpm.control("practice/member", name="Made Here", client=some[0])
    await xpm.control("practice/member", group=group["uuid"], client=some[1])
    left = await xpm.control("practice/member", group=group["uuid"], client=some[0], on="no")
    assert left["members"] == [some[1]]
    assert not await changed(xpm)
    key = next(iter(records(1, SIZE).contacts))
    told = await xpm.control("practice/contact", uuid=key, email="moved@tuimail.example")
    assert await changed(xpm) == set(told["clients"])


async def test_the_report_saved_by_hand_has_a_row_for_everyone_who_is_not_deleted(xpm: Xpm) -> None:
    answer = await xpm.http.get("/__control/practice/report.csv")
    assert answer.content.startswith(b"\xef\xbb\xbfClient,First Name,Last Name,Date of Birth,Business Structure,")
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines(keepends=True)))
    there = [one for one in records(1, SIZE).clients.values() if not one.deleted]
    assert [row["Client"] for row in rows] == [one.name for one in there]
    for row, one in zip(rows, there, strict=True):
        assert "-".join(reversed(row["Date of Birth"].split("/"))) == one.fields.get("dateOfBirth", "")
    assert any(row["Groups"] for row in rows)


async def test_what_cannot_be_is_refused_with_a_sentence(xpm: Xpm, some: list[str]) -> None:
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("practice/size", {"clients": 3}),
        ("practice/switches", {"last_page": "sometimes"}),
        ("practice/change-client", {"uuid": "nobody", "fields": {}}),
        ("practice/change-client", {"uuid": some[0], "fields": "name"}),
        ("practice/merge-clients", {"gone": some[0], "into": some[0]}),
        ("practice/add-client", {"fields": {}}),
        ("practice/staff", {}),
        ("practice/relationship", {"client": "nobody", "related": some[0]}),
        ("practice/member", {"group": "none", "client": some[0]}),
        ("practice/contact", {"uuid": "none"}),
    ]
    for name, fields in wrong:
        answer = await xpm.http.post(f"/__control/{name}", json=fields)
        assert answer.status_code == 400, name
        assert answer.json()["error"]


async def test_reset_takes_everything_back(xpm: Xpm, http: httpx.AsyncClient, some: list[str]) -> None:
    await xpm.control("practice/delete-client", uuid=some[0], gone="yes")
    await xpm.control("reset")
    told = (await http.get("/__control/practice")).json()
    assert (told["size"], told["done"], sum(told["clients"].values())) == (2000, [], 2000)


def test_what_was_done_outlives_the_process(tmp_path: Path) -> None:
    settings = Settings(directory=tmp_path, practice_clients=SIZE, today=date(2026, 11, 21))
    first = Memory(settings)
    people, now = first.people, Clock(NOON, scale=0).now()
    held = people.records
    keys = [one.uuid for one in held.clients.values() if one.status == "active"]
    people.change_client(keys[0], {"name": "Renamed"}, now)
    people.merge_clients(keys[1], keys[2], now)
    made = people.add_client({"name": "Made", "businessStructure": "Trust"}, now)
    people.drop_group(next(iter(held.groups)), now)
    people.set_values(keys[0], {next(iter(held.custom_fields)): "x"}, now)
    again = Memory(settings).people
    assert again.records == people.records
    assert again.client(made.uuid).modified == now
    assert again.done == people.done


def test_every_switch_is_read_from_the_environment() -> None:
    names = ("EMPTY_CLEARS", "INVERSE_RELATIONSHIPS", "LISTS_LEFT_STAFF", "CONTACTS_TOUCH", "UNSET_IS_NULL")
    plain, turned = Settings(), Settings.from_env(
        {f"SANDBOX_PRACTICE_{name}": "off" if getattr(Settings(), f"practice_{name.lower()}") else "on" for name in names}
        | {"SANDBOX_PRACTICE_CLIENTS": "15000", "SANDBOX_PRACTICE_LAST_PAGE": "repeat"}
    )
    assert [getattr(plain, f"practice_{name.lower()}") for name in names] == [
        not getattr(turned, f"practice_{name.lower()}") for name in names
    ]
    assert (turned.practice_clients, turned.practice_last_page) == (15_000, "repeat")
    with pytest.raises(ValueError, match="sometimes"):
        Settings.from_env({"SANDBOX_PRACTICE_LAST_PAGE": "sometimes"})


async def test_the_app_is_built_without_making_the_practice(app: Wire) -> None:
    assert app.sandbox.memory.people._records is None
