"""Practice Manager's answers, as xero-facts section 6 has them: read by name, streamed, and never believed blindly."""

import gzip
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import pytest
import respx
from redis.asyncio import Redis

from practice.kernel.clock import FrozenClock
from practice.kernel.ids import CountingIds
from practice.kernel.settings import Settings
from practice.providers.http import Caller
from practice.providers.parties import RemoteParty
from practice.providers.problems import BadAnswer, PracticeRefused, ScopeMissing, TenantGone, Throttled, Unavailable
from practice.providers.xero.practice_manager import XeroPractice
from practice.providers.xero.xml import RECORD_CAP

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
API = "https://api.xero.com/practicemanager/3.1"
XML = {"content-type": "text/xml; charset=utf-8"}

# As in xero-facts 6.5, with the layout that the wire has.
DANIEL = """<Client>
  <UUID>C1000000-0000-4000-8000-000000000001</UUID>
  <Name>Okafor, Daniel</Name>
  <Title>Mr</Title><Gender>Male</Gender><FirstName>Daniel</FirstName><LastName>Okafor</LastName><OtherName />
  <Email>daniel@example.test</Email><DateOfBirth>1984-03-17</DateOfBirth>
  <Address>12 Banksia St</Address><City>Brunswick</City><Region>VIC</Region><PostCode>3056</PostCode><Country>Australia</Country>
  <PostalAddress>PO Box 40</PostalAddress><PostalCity>Brunswick</PostalCity><PostalRegion>VIC</PostalRegion><PostalPostCode>3056</PostalPostCode><PostalCountry>Australia</PostalCountry>
  <Phone>0400 000 001</Phone><Fax /><Website /><ReferralSource>Website</ReferralSource><ExportCode>OKAF01</ExportCode>
  <IsArchived>No</IsArchived><IsDeleted>No</IsDeleted>
  <AccountManager><UUID>5a000000-0000-4000-8000-000000000001</UUID><Name>Priya Raman</Name></AccountManager>
  <JobManager><UUID>5a000000-0000-4000-8000-000000000002</UUID><Name>Tom Avery</Name></JobManager>
  <Type><Name>20th of Month</Name><CostMarkup>30.00</CostMarkup><PaymentTerm>DayOfMonth</PaymentTerm><PaymentDay>20</PaymentDay></Type>
  <BillingClient><UUID>c1000000-0000-4000-8000-000000000009</UUID><Name>Okafor Family Trust</Name></BillingClient>
  <TaxNumber>******123</TaxNumber><CompanyNumber /><BusinessNumber>51824753556</BusinessNumber>
  <BusinessStructure>Individual</BusinessStructure><BalanceMonth>6</BalanceMonth>
  <Contacts><Contact><UUID>c0000000-0000-4000-8000-000000000001</UUID><Name>Daniel Okafor</Name><Salutation>Dan</Salutation><Addressee>Mr D Okafor</Addressee><Mobile>0400 000 001</Mobile><Email>daniel@example.test</Email><Phone /><IsDeleted>No</IsDeleted><IsPrimary>Yes</IsPrimary><Position /></Contact></Contacts>
  <Notes><Note><Title>First call</Title><Text>secret</Text><Folder /><Date>2026-11-12T13:00:00</Date><CreatedBy>Priya Raman</CreatedBy></Note></Notes>
  <Groups><Group><UUID>96000000-0000-4000-8000-000000000001</UUID><Name>Okafor Family</Name></Group></Groups>
  <Relationships><Relationship><UUID>8e000000-0000-4000-8000-000000000001</UUID><Type>Shareholder</Type><RelatedClient><UUID>c1000000-0000-4000-8000-000000000009</UUID><Name>Okafor Family Trust</Name></RelatedClient><NumberOfShares>100</NumberOfShares><Percentage>0</Percentage><StartDate>2018-07-01</StartDate></Relationship></Relationships>
 </Client>"""


def answered(clients: str, *, status: str = "OK") -> str:
    return f'<Response api-method="List"><Status>{status}</Status><Clients>{clients}</Clients></Response>'


def client(number: int, inside: str = "") -> str:
    return f"<Client><UUID>c1000000-0000-4000-8000-{number:012d}</UUID><Name>Client {number}</Name>{inside}</Client>"


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    made: Redis = Redis.from_url(redis_url)
    yield made
    await made.aclose()


@pytest.fixture
async def practice(redis: Redis) -> AsyncIterator[XeroPractice]:
    async with httpx.AsyncClient() as http:
        caller = Caller(http, redis, FrozenClock(NOW), CountingIds(), provider="xero")
        yield XeroPractice(caller, Settings(), access_token="CANARY_token", tenant_id="9b9b9b9b-0000-4000-8000-00000000000b")


@pytest.fixture
def xpm() -> Iterator[respx.Router]:
    with respx.mock(base_url=API, assert_all_called=False) as router:
        yield router


async def read(practice: XeroPractice) -> list[RemoteParty]:
    return [one async for batch in practice.clients() for one in batch]


async def test_a_client_is_read_by_name(practice: XeroPractice, xpm: respx.Router) -> None:
    asked = xpm.get("/client.api/list").respond(200, headers=XML, text=answered(DANIEL))
    (daniel,) = await read(practice)
    assert daniel.remote_id == "c1000000-0000-4000-8000-000000000001"
    assert daniel.fields["first_name"] == "Daniel"
    assert daniel.fields["postal_postcode"] == "3056"
    assert daniel.fields["other_name"] == ""
    # XPM keeps a mobile with the contact who comes first.
    assert daniel.fields["mobile"] == "0400 000 001"
    assert daniel.private == {"date_of_birth": "1984-03-17", "business_number": "51824753556", "company_number": ""}
    assert daniel.structure == "Individual"
    assert daniel.code == "OKAF01"
    assert daniel.account_manager == ("5a000000-0000-4000-8000-000000000001", "Priya Raman")
    assert daniel.job_manager == ("5a000000-0000-4000-8000-000000000002", "Tom Avery")
    assert [contact.salutation for contact in daniel.contacts] == ["Dan"]
    assert daniel.groups == (("96000000-0000-4000-8000-000000000001", "Okafor Family"),)
    (relation,) = daniel.relations
    assert (relation.type, relation.shares, relation.percentage) == ("Shareholder", Decimal(100), None)
    assert (relation.started_on, relation.ended_on) == (date(2018, 7, 1), None)
    assert not daniel.archived
    assert not daniel.deleted
    # A tax number is masked, notes are nobody's business here: neither is read.
    assert "******123" not in repr(daniel)
    assert "secret" not in repr(daniel)
    request = asked.calls.last.request
    assert request.url.params["detailed"] == "true"
    assert "xero-features" not in request.headers


async def test_the_order_of_elements_and_new_ones_do_not_matter(practice: XeroPractice, xpm: respx.Router) -> None:
    turned = "<Client><Surprise><Deep>1</Deep></Surprise><IsDeleted>Yes</IsDeleted><Name>Turned</Name><UUID>c1000000-0000-4000-8000-000000000002</UUID><IsArchived>Yes</IsArchived></Client>"
    xpm.get("/client.api/list").respond(
        200, headers=XML, text=f"<?xml version='1.0' encoding='UTF-8'?>\n<!-- one --><Response><Clients>{turned}</Clients><Status>OK</Status></Response>"
    )
    (party,) = await read(practice)
    assert (party.name, party.archived, party.deleted) == ("Turned", True, True)


async def test_the_same_record_has_the_same_digest_and_another_one_another(practice: XeroPractice, xpm: respx.Router) -> None:
    xpm.get("/client.api/list").respond(
        200, headers=XML, text=answered(client(1, "<Phone />") + client(1) + client(1, "<Phone>1</Phone>"))
    )
    first, same, other = await read(practice)
    assert first.digest == same.digest != other.digest


async def test_what_cannot_be_read_is_set_aside_and_the_rest_stands(practice: XeroPractice, xpm: respx.Router) -> None:
    broken = "<Relationships><Relationship><UUID>8e000000-0000-4000-8000-000000000001</UUID><Type>Owner</Type></Relationship></Relationships>"
    xpm.get("/client.api/list").respond(
        200, headers=XML,
        text=answered(client(1) + "<Client><UUID>seven</UUID><Name>Nobody</Name></Client>" + client(2, broken)
                      + client(3, "<IsArchived>Perhaps</IsArchived>")),
    )  # fmt: skip
    assert [party.name for party in await read(practice)] == ["Client 1", "Client 2"]
    assert [(one.resource, one.name) for one in practice.set_aside] == [
        ("clients", "Nobody"), ("relationships", "Client 2"), ("clients", "Client 3"),
    ]  # fmt: skip
    assert "neither Yes nor No" in practice.set_aside[2].reason


async def test_a_long_list_comes_in_batches_and_packed(practice: XeroPractice, xpm: respx.Router) -> None:
    body = gzip.compress(answered("".join(client(n) for n in range(5_000))).encode())
    xpm.get("/client.api/list").respond(200, headers=XML | {"content-encoding": "gzip"}, content=body)
    sizes = [len(batch) async for batch in practice.clients()]
    assert sum(sizes) == 5_000
    assert len(sizes) > 1


NO_ANSWERS = [
    ("a bomb", '<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Response><Status>OK</Status><Clients>&b;</Clients></Response>'),
    ("an outer entity", '<?xml version="1.0"?><!DOCTYPE r SYSTEM "http://api.xero.com/hit"><Response><Status>OK</Status><Clients/></Response>'),
    ("an unknown entity", answered(client(1, "<Phone>&nbsp;</Phone>"))),
    ("cut short", answered(client(1))[:-14]),
    ("cut within a record", answered(client(1))[:60]),
    ("not well-formed", "<Response><Status>OK</Status><Clients></Response>"),
    ("a page", "<html><body>Sign in</body></html>"),
    ("nothing", ""),
    ("white space", "  \n "),
    ("words", "Service unavailable"),
    ("no status", "<Response><Clients/></Response>"),
    ("no list", "<Response><Status>OK</Status></Response>"),
    ("too deep", answered(client(1, "<A>" * 60 + "</A>" * 60))),
    ("very deep", answered("<A>" * 100_000)),
    ("one endless record", answered("<Client>" + "<Note>x</Note>" * (RECORD_CAP // 8) + "</Client>")),
    ("another encoding", '<?xml version="1.0" encoding="iso-8859-1"?>' + answered("")),
    ("another status", answered("", status="MAYBE")),
]  # fmt: skip


@pytest.mark.parametrize("body", [body for _, body in NO_ANSWERS], ids=[name for name, _ in NO_ANSWERS])
async def test_what_is_no_answer_is_never_taken_for_an_empty_one(practice: XeroPractice, xpm: respx.Router, body: str) -> None:
    xpm.get("/client.api/list").respond(200, headers=XML, text=body)
    with pytest.raises(BadAnswer):
        await read(practice)
    assert len(xpm.calls) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
async def test_letters_that_are_not_utf_8_are_refused(practice: XeroPractice, xpm: respx.Router, encoding: str) -> None:
    xpm.get("/client.api/list").respond(200, headers=XML, content=answered(client(1, "<City>Zürich</City>")).encode(encoding))
    with pytest.raises(BadAnswer):
        await read(practice)


async def test_a_page_of_html_with_200_is_no_answer(practice: XeroPractice, xpm: respx.Router) -> None:
    xpm.get("/client.api/list").respond(200, headers={"content-type": "text/html"}, text=answered(client(1)))
    with pytest.raises(BadAnswer):
        await read(practice)


@pytest.mark.parametrize("path", ["/client.api/list", "/staff.api/list"])
async def test_an_error_with_200_is_said_in_their_words(practice: XeroPractice, xpm: respx.Router, path: str) -> None:
    said = "<Response api-method='List'><Status>ERROR</Status><ErrorDescription>The practice is being moved</ErrorDescription></Response>"
    xpm.get(path).respond(200, headers=XML, text=said)
    with pytest.raises(PracticeRefused, match="The practice is being moved"):
        await (read(practice) if path.startswith("/client") else practice.staff())


async def test_an_error_without_words_is_one(practice: XeroPractice, xpm: respx.Router) -> None:
    xpm.get("/staff.api/list").respond(200, headers=XML, text="<Response><Status>ERROR</Status></Response>")
    with pytest.raises(PracticeRefused):
        await practice.staff()


async def test_staff_and_groups(practice: XeroPractice, xpm: respx.Router) -> None:
    priya = "<Staff><UUID>5a000000-0000-4000-8000-000000000001</UUID><Name>Priya Raman</Name><Email>priya@ironbark.example</Email><Phone /><Mobile /><Address /><PayrollCode /></Staff>"
    xpm.get("/staff.api/list").respond(
        200, headers=XML, text=f'<Response api-method="List"><Status>OK</Status><StaffList>{priya}{priya}</StaffList></Response>'
    )
    xpm.get("/clientgroup.api/list").respond(
        200, headers=XML,
        text="<Response><Status>OK</Status><Groups><Group><UUID>96000000-0000-4000-8000-000000000001</UUID><Name>Okafor Family</Name><Taxable>Yes</Taxable></Group></Groups></Response>",
    )  # fmt: skip
    assert [(one.name, one.email) for one in await practice.staff()] == [("Priya Raman", "priya@ironbark.example")]
    assert [one.name for one in await practice.groups()] == ["Okafor Family"]


async def test_one_client_with_the_address_of_its_screen(practice: XeroPractice, xpm: respx.Router) -> None:
    where = "<WebUrl>https://practicemanager.xero.com/Client/123/Detail</WebUrl>"
    xpm.get("/client.api/get/c1").respond(
        200, headers=XML, text=f'<Response api-method="Get"><Status>OK</Status>{where}{DANIEL}</Response>'
    )
    daniel = await practice.client("c1")
    assert daniel is not None
    assert daniel.web_url == "https://practicemanager.xero.com/Client/123/Detail"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, text="not found"),
        httpx.Response(
            200, headers=XML,
            text="<Response><Status>ERROR</Status><ErrorDescription>Invalid client identifier</ErrorDescription></Response>",
        ),
    ],
    ids=["404", "in words"],
)  # fmt: skip
async def test_a_client_that_is_gone(practice: XeroPractice, xpm: respx.Router, answer: httpx.Response) -> None:
    xpm.get("/client.api/get/c1").mock(return_value=answer)
    assert await practice.client("c1") is None


async def test_what_the_gateway_says_has_its_name(practice: XeroPractice, xpm: respx.Router) -> None:
    def gateway(status: int, detail: str) -> httpx.Response:
        return httpx.Response(status, json={"Title": "T", "Status": status, "Detail": detail})

    xpm.get("/client.api/list").mock(
        side_effect=[
            gateway(401, "AuthorizationUnsuccessful"), gateway(403, "AuthenticationUnsuccessful"),
            httpx.Response(429, headers={"x-rate-limit-problem": "minute", "retry-after": "22"}), httpx.Response(503),
        ]
    )  # fmt: skip
    for problem in (ScopeMissing, TenantGone, Throttled):
        with pytest.raises(problem):
            await read(practice)


class Dripping(httpx.AsyncByteStream):
    """A byte at a time, for ever, each a little late."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"<Response><Status>OK</Status><Clients>"
        while True:
            await _moment()
            yield b" "


async def _moment() -> None:
    import asyncio

    await asyncio.sleep(0.005)


async def test_a_body_that_drips_is_given_up(redis: Redis, xpm: respx.Router) -> None:
    xpm.get("/client.api/list").mock(return_value=httpx.Response(200, headers=XML, stream=Dripping()))
    async with httpx.AsyncClient() as http:
        # A hundredth of the times of production: 0.3 s for 10 kB.
        caller = Caller(http, redis, FrozenClock(NOW), CountingIds(), provider="xero", deadline=0.3)
        practice = XeroPractice(caller, Settings(), access_token="CANARY_token", tenant_id="t")
        with pytest.raises(Unavailable):
            await read(practice)


async def test_a_bomb_of_gzip_is_never_unpacked_whole(practice: XeroPractice, xpm: respx.Router) -> None:
    bomb = gzip.compress(b"<Response><Status>OK</Status><Clients>" + b" " * 64 * 1024 * 1024)
    xpm.get("/client.api/list").respond(200, headers=XML | {"content-encoding": "gzip"}, content=bomb)
    with pytest.raises(BadAnswer, match="too large"):
        await read(practice)
