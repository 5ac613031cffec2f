"""The mailbox page: what a mail says is shown, and can do nothing."""

from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest

from stack.mailbox import KEPT, Mailbox, create_app
from tests.ports import held_port


def mail(subject: str, text: str, html: str | None = None) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Bulkhead <bulkhead@localhost>", "ada@bright.example", subject
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path)


def client(mailbox: Mailbox) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(create_app(mailbox)), base_url="http://mailbox")


async def test_caught_over_smtp_and_listed(mailbox: Mailbox) -> None:
    with held_port() as port:
        app = create_app(mailbox, smtp_port=port)
        async with app.router.lifespan_context(app):
            await aiosmtplib.send(mail("Zwölf Mandanten", "Alle fertig: http://localhost:8000/import/1"), hostname="127.0.0.1", port=port)
    async with client(mailbox) as browser:
        [entry] = (await browser.get("/mails.json")).json()
        assert (entry["subject"], entry["to"]) == ("Zwölf Mandanten", "ada@bright.example")
        assert "Zwölf Mandanten" in (await browser.get("/")).text
        assert '<a href="http://localhost:8000/import/1">' in (await browser.get("/mails/1")).text


async def test_mail_runs_no_script(mailbox: Mailbox) -> None:
    mailbox.keep(mail("<script>alert(1)</script>", "<b>not bold</b>", "<script>alert(1)</script><p>Hello</p>").as_bytes())
    async with client(mailbox) as browser:
        for path in ("/", "/mails/1"):
            page = await browser.get(path)
            assert "<script" not in page.text
            assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert "&lt;b&gt;not bold" in (await browser.get("/mails/1")).text
        framed = await browser.get("/mails/1/html")
        assert "<p>Hello</p>" in framed.text
        assert "sandbox" in framed.headers["content-security-policy"]
        assert "script-src" not in framed.headers["content-security-policy"]


async def test_keeps_the_last_ones(mailbox: Mailbox) -> None:
    for number in range(KEPT + 3):
        mailbox.keep(mail(f"Letter {number}", "text").as_bytes())
    assert len(mailbox.numbers()) == KEPT
    async with client(mailbox) as browser:
        assert (await browser.get("/mails/1")).status_code == 404
        assert (await browser.get("/mails.json")).json()[0]["subject"] == f"Letter {KEPT + 2}"
