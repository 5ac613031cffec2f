"""Catches the mail that is sent on this machine and shows it on a page; nothing leaves the machine.

Keeps the last 200 as files. What a mail says is shown as text, or in a frame that can neither run scripts nor reach anything.
"""

import asyncio
import email.policy
import html
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import uvicorn
from aiosmtpd.smtp import SMTP
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

KEPT = 200
_OURS = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'"
_THEIRS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-popups-to-escape-sandbox"
_LINK = re.compile(r"https?://[^\s<>\"')\]]+")
_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2430; --line: #d0d5dd; --soft: #5b6472; --link: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181f; --ink: #e6eaf0; --line: #3a4250; --soft: #a9b2c0; --link: #8ab8f0; } }
html { background: var(--paper); color: var(--ink); } a { color: var(--link); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
dt { color: var(--soft); } dd { margin: 0 0 .5rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; border: 1px solid var(--line); padding: 1rem; border-radius: .5rem; }
iframe { width: 100%; height: 40rem; border: 1px solid var(--line); border-radius: .5rem; background: #fff; }
p.soft { color: var(--soft); }
"""


class Mailbox:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (the name aiosmtpd calls)
        self.keep(envelope.content)
        return "250 kept"

    def keep(self, content: bytes) -> int:
        numbers = self.numbers()
        number = numbers[-1] + 1 if numbers else 1
        draft = self.folder / "draft"
        draft.write_bytes(content)
        draft.rename(self._file(number))
        for old in [*numbers, number][:-KEPT]:
            self._file(old).unlink(missing_ok=True)
        return number

    def numbers(self) -> list[int]:
        return sorted(int(file.stem) for file in self.folder.glob("*.eml"))

    def read(self, number: int) -> EmailMessage | None:
        try:
            return BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(self._file(number).read_bytes())
        except FileNotFoundError:
            return None

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:08d}.eml"


def create_app(mailbox: Mailbox, *, smtp_port: int | None = None) -> Starlette:
    @asynccontextmanager
    async def catching(_: Starlette) -> AsyncIterator[None]:
        if smtp_port is None:
            yield
            return
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(mailbox, enable_SMTPUTF8=True), "127.0.0.1", smtp_port)
        async with server:
            yield

    async def index(_: Request) -> Response:
        rows = []
        for number in reversed(mailbox.numbers()):
            if mail := mailbox.read(number):
                subject = html.escape(str(mail["subject"] or "(no subject)"))
                rows.append(
                    f'<tr><td><a href="/mails/{number}">{subject}</a></td><td>{html.escape(str(mail["to"] or ""))}</td>'
                    f"<td>{html.escape(str(mail['date'] or ''))}</td></tr>"
                )
        table = "<table><thead><tr><th>Subject</th><th>To</th><th>Date</th></tr></thead><tbody>" + "".join(rows) + "</tbody></table>"
        return _page("Mailbox", table if rows else "<p>No mail yet. Reload after an import has ended or somebody was invited.</p>")

    async def mails(_: Request) -> Response:
        """For programs: newest first."""
        found = [(number, mailbox.read(number)) for number in reversed(mailbox.numbers())]
        return JSONResponse([_as_json(number, mail) for number, mail in found if mail])

    async def one(request: Request) -> Response:
        number = int(request.path_params["number"])
        if (mail := mailbox.read(number)) is None:
            return PlainTextResponse("no such mail", status_code=404)
        facts = "".join(f"<dt>{name}</dt><dd>{html.escape(str(mail[name] or ''))}</dd>" for name in ("From", "To", "Date"))
        body = f"<p><a href='/'>All mail</a></p><dl>{facts}</dl>"
        if text := _part(mail, "plain"):
            body += f"<h2>Text</h2><pre>{_with_links(text)}</pre>"
        if _part(mail, "html"):
            body += f'<h2>As mail programs show it</h2><iframe title="The mail as HTML" src="/mails/{number}/html"></iframe>'
        return _page(str(mail["subject"] or "(no subject)"), body)

    async def one_as_html(request: Request) -> Response:
        mail = mailbox.read(int(request.path_params["number"]))
        body = _part(mail, "html") if mail else ""
        if not body:
            return PlainTextResponse("no such mail", status_code=404)
        return HTMLResponse(body, headers={"Content-Security-Policy": _THEIRS, "X-Content-Type-Options": "nosniff"})

    return Starlette(
        routes=[
            Route("/", index),
            Route("/mails.json", mails),
            Route("/mails/{number:int}", one),
            Route("/mails/{number:int}/html", one_as_html),
        ],
        lifespan=catching,
    )


def _page(title: str, body: str) -> Response:
    name = html.escape(title)
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{name}</title><style>{_STYLE}</style></head><body><main><h1>{name}</h1>{body}"
        f'<p class="soft">Mail sent on this machine ends here; nothing goes out. The last {KEPT} are kept.</p></main></body></html>',
        headers={"Content-Security-Policy": _OURS, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"},
    )


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _with_links(text: str) -> str:
    pieces, end = [], 0
    for found in _LINK.finditer(text):
        pieces.append(html.escape(text[end : found.start()]))
        address = html.escape(found.group())
        pieces.append(f'<a href="{address}">{address}</a>')
        end = found.end()
    return "".join(pieces) + html.escape(text[end:])


def _as_json(number: int, mail: EmailMessage) -> dict[str, object]:
    facts = {name: str(mail[name] or "") for name in ("from", "to", "subject", "date")}
    return {"id": number, **facts, "text": _part(mail, "plain"), "html": _part(mail, "html")}


if __name__ == "__main__":
    port = int(os.environ.get("MAILBOX_PORT") or 8025)
    app = create_app(
        Mailbox(Path(os.environ.get("MAILBOX_FOLDER") or "var/mailbox")),
        smtp_port=int(os.environ.get("MAILBOX_SMTP_PORT") or port + 1),
    )
    uvicorn.run(app, host=os.environ.get("HOST") or "127.0.0.1", port=port, access_log=False, log_level="warning")
