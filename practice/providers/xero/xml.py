"""Reads Practice Manager's XML as it arrives: one record at a time, by name, and nothing that XML could be made to do.

What comes from outside may be a bomb: a document type is refused before it is parsed, since without one there are no
entities and nothing to fetch; depth, the size of a record and the encodings are bounded (promises S45, F37).
"""

import re
from collections.abc import Iterator

from lxml import etree

from practice.providers.problems import BadAnswer, PracticeRefused

# Before the root only a declaration, comments and white space may stand.
_DECLARATION = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
_ROOT = re.compile(rb"<[A-Za-z_]")
_PROLOG_CAP = 4096
_SLICE = 64 * 1024
_ENCODINGS = (b"utf-8", b"utf8")
MOST_DEPTH = 50
RECORD_CAP = 2 * 1024 * 1024
"""Letters within which a record, or the document, must have ended: one client with all its notes is far below."""


class Records:
    """The records of one answer: the elements `record` in `Response/container`, or in `Response` itself."""

    def __init__(self, record: str, *, container: str | None) -> None:
        self._record, self._container = record, container
        self._parser = etree.XMLPullParser(
            events=("end",), tag=(record, "Status", "ErrorDescription", "WebUrl", *([container] if container else [])),
            encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
            attribute_defaults=False, huge_tree=False, recover=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        self._prolog: bytes | None = b""
        self._fed = 0
        self._status: str | None = None
        self._said = ""
        self._held = False
        self.web_url = ""
        """Beside the record, where a single one is answered."""

    def feed(self, piece: bytes) -> Iterator[etree._Element]:
        """The records that are whole now; each is gone once the next is asked for. Raises BadAnswer, PracticeRefused."""
        if self._prolog is not None:
            self._prolog += piece
            if not self._prolog_read():
                return
            piece, self._prolog = self._prolog, None
        for at in range(0, len(piece), _SLICE):
            if self._fed > RECORD_CAP:
                raise BadAnswer(reason="a record in the XML is too large")
            some = piece[at : at + _SLICE]
            self._fed += len(some)
            try:
                self._parser.feed(some)
            except etree.XMLSyntaxError:
                # What stands before the break may say why there is one; a record before it is lost with the answer.
                raise _broken() from None
            yield from self._read()

    def close(self) -> Iterator[etree._Element]:
        """The last records. Raises BadAnswer where the document is cut short, is no answer, or holds no list."""
        if self._prolog is not None:
            raise BadAnswer(reason="the body is empty or holds no XML")
        try:
            self._parser.close()
        except etree.XMLSyntaxError:
            raise _broken() from None
        yield from self._read()
        if self._status is None:
            raise BadAnswer(reason="the XML does not say whether it is an answer")
        if self._status == "ERROR":
            raise PracticeRefused(self._said)
        if not self._held:
            raise BadAnswer(reason=f"the XML holds no {self._container or self._record}")

    def _read(self) -> Iterator[etree._Element]:
        for _, found in self._parser.read_events():
            assert isinstance(found, etree._Element)  # noqa: SLF001 - lxml has no other name for it
            parent = found.getparent()
            if parent is None:
                continue
            above = parent.getparent()
            if above is None:
                self._beside(found)
            if found.tag == self._record and self._is_record(parent, above):
                if _depth(found) > MOST_DEPTH:
                    raise BadAnswer(reason="the XML is nested too deeply")
                self._held = True
                self._fed = 0
                yield found
                found.clear()
                # What stood before it is read, too: without this the tree would grow with the list.
                while found.getprevious() is not None:
                    del parent[0]

    def _is_record(self, parent: etree._Element, above: etree._Element | None) -> bool:
        if self._container is None:
            return above is None
        return parent.tag == self._container and above is not None and above.getparent() is None

    def _beside(self, found: etree._Element) -> None:
        """What stands directly in the answer."""
        if found.tag == "Status":
            self._status = (found.text or "").strip().upper()
        elif found.tag == "ErrorDescription":
            self._said = (found.text or "").strip()
        elif found.tag == "WebUrl":
            self.web_url = (found.text or "").strip()
        elif found.tag == self._container:
            self._held = True
        if self._status == "ERROR" and self._said:
            raise PracticeRefused(self._said)
        if self._status not in (None, "OK", "ERROR"):
            raise BadAnswer(reason="the XML has a status nobody knows")

    def _prolog_read(self) -> bool:
        """Whether all before the root is here. Raises BadAnswer for what may not stand there."""
        assert self._prolog is not None
        begun = self._prolog.removeprefix(b"\xef\xbb\xbf").lstrip()
        if begun and not begun.startswith(b"<"):
            raise BadAnswer(reason="it is not XML")
        found = _ROOT.search(begun)
        before = begun[: found.start()] if found else begun
        if b"<!DOCTYPE" in before.upper():
            raise BadAnswer(reason="the XML has a document type")
        if found is None:
            if len(begun) > _PROLOG_CAP:
                raise BadAnswer(reason="it is not XML")
            return False
        declared = _DECLARATION.search(before)
        if declared and declared[1].lower() not in _ENCODINGS:
            raise BadAnswer(reason="the XML is written in an encoding nobody asked for")
        return True


def _depth(element: etree._Element) -> int:
    """How deep its innermost child lies below it. libxml2 refuses 256 by itself, so this ends."""
    deepest, level = 0, [element]
    while level and deepest <= MOST_DEPTH:
        level = [child for one in level for child in one]
        deepest += 1
    return deepest


def _broken() -> BadAnswer:
    return BadAnswer(reason="the XML is broken or cut short")
