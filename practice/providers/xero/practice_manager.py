"""Xero Practice Manager v3.1, the reading side: staff, groups, and all clients in one answer that is read as it arrives.

XML: a business error comes as 200 with Status ERROR, and what is no XML is no answer (xero-facts 6.3).
"""

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TypeVar

from lxml.etree import _Element

from practice.kernel.settings import Settings
from practice.providers.http import Caller
from practice.providers.parties import RemoteGroup, RemoteParty, RemoteStaff, SetAside
from practice.providers.problems import BadAnswer, PracticeRefused, ScopeMissing
from practice.providers.xero import practice_manager_shapes as shapes
from practice.providers.xero.xml import Records

T = TypeVar("T")

AT_ONCE = 200
"""Clients that are handed on together."""
_MOST_ASIDE = 1_000


class XeroPractice:
    """One practice's staff and clients, read with a lent token."""

    def __init__(self, caller: Caller, settings: Settings, *, access_token: str, tenant_id: str) -> None:
        self._caller = caller
        self._base = f"{settings.xero.api_url.rstrip('/')}/practicemanager/3.1"
        # Without its feature header XPM answers XML whatever is accepted.
        self._headers = {
            "authorization": f"Bearer {access_token}", "xero-tenant-id": tenant_id, "accept": "application/xml",
        }  # fmt: skip
        self._tenant = tenant_id
        self._aside: list[SetAside] = []

    @property
    def set_aside(self) -> Sequence[SetAside]:
        return self._aside

    async def staff(self) -> list[RemoteStaff]:
        return await self._all("staff.api/list", Records("Staff", container="StaffList"), "staff", shapes.staff)

    async def groups(self) -> list[RemoteGroup]:
        return await self._all("clientgroup.api/list", Records("Group", container="Groups"), "groups", shapes.group)

    async def clients(self) -> AsyncGenerator[list[RemoteParty], None]:
        """Raises BadAnswer, PracticeRefused at any point; what was handed on before stands for nothing then."""
        params, records = {"detailed": "true"}, Records("Client", container="Clients")
        async with aclosing(self._batches("client.api/list", params, records, "clients", self._party)) as batches:
            async for batch in batches:
                yield batch

    async def client(self, remote_id: str) -> RemoteParty | None:
        """XPM says that there is none with 404, or in words, which are about the identifier."""
        try:
            answer = await self._caller.call(
                "GET", f"{self._base}/client.api/get/{remote_id}", tenant=self._tenant, headers=self._headers, expect=(200, 404)
            )
        except ScopeMissing:
            raise ScopeMissing(resource="clients") from None
        if answer.status == 404:
            return None
        _refuse_other_types(answer.type)
        records = Records("Client", container=None)
        try:
            # In two steps: each is gone once the next is asked for.
            found = [self._party(element) for element in records.feed(answer.body)]
            found += [self._party(element) for element in records.close()]
        except PracticeRefused as refused:
            if "identifier" in refused.said.lower():
                return None
            raise
        except shapes.Malformed as wrong:
            raise BadAnswer(reason=f"the client cannot be read: {wrong}") from None
        if len(found) != 1:
            raise BadAnswer(reason="the answer does not hold one client")
        return replace(found[0], web_url=found[0].web_url or records.web_url)

    def _party(self, element: _Element) -> RemoteParty:
        return shapes.party(element, self._put_aside)

    async def _all(self, path: str, records: Records, resource: str, read: Callable[[_Element], T]) -> list[T]:
        """Each once, by its id."""
        found: list[T] = []
        async with aclosing(self._batches(path, {}, records, resource, read)) as batches:
            async for batch in batches:
                found += batch
        return list({getattr(one, "remote_id", None): one for one in found}.values())

    async def _batches(
        self, path: str, params: dict[str, str], records: Records, resource: str, read: Callable[[_Element], T]
    ) -> AsyncGenerator[list[T], None]:
        batch: list[T] = []
        try:
            async with self._caller.arriving(
                f"{self._base}/{path}", tenant=self._tenant, params=params, headers=self._headers
            ) as answer:
                _refuse_other_types(answer.type)
                async for piece in answer.pieces:
                    self._read(records.feed(piece), resource, read, batch)
                    if len(batch) >= AT_ONCE:
                        yield batch
                        batch = []
                self._read(records.close(), resource, read, batch)
        except ScopeMissing:
            raise ScopeMissing(resource=resource) from None
        if batch:
            yield batch

    def _read(
        self, elements: Iterator[_Element], resource: str, read: Callable[[_Element], T], batch: list[T]
    ) -> None:
        for element in elements:
            try:
                batch.append(read(element))
            except shapes.Malformed as wrong:
                self._put_aside(resource, element, str(wrong))

    def _put_aside(self, resource: str, element: _Element, reason: str) -> None:
        if len(self._aside) >= _MOST_ASIDE:
            raise BadAnswer(reason="more than a thousand records in it cannot be read")
        said = (element.findtext("UUID") or "").strip()[:80], (element.findtext("Name") or "").strip()[:200]
        self._aside.append(SetAside(resource, said[0].lower(), said[1], reason))


def _refuse_other_types(said: str) -> None:
    if not said.endswith("xml"):
        raise BadAnswer(reason="it is not XML")
