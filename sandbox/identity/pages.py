"""The HTML of sign-in, consent and of what went wrong. It has a look of its own: nobody should take it for Xero's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, Response

ASSETS: Final = {
    "look.css": "text/css; charset=utf-8",
    "consent.js": "text/javascript; charset=utf-8",
}


def asset(name: str) -> Response:
    text = files(__package__).joinpath(name).read_bytes()
    return Response(text, media_type=ASSETS[name], headers={"Cache-Control": "no-cache"})


def page(title: str, body: str, *, status: int = 200, form_to: str = "", script: str = "", wide: bool = False) -> Response:
    """A whole page under a policy that allows nothing but its own stylesheet, script and forms.

    `form_to` is where a form's answer may redirect: browsers hold the redirect to the policy as well.
    """
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self'{' ' + form_to if form_to else ''}"
    )
    scripted = f'<script src="/identity/{script}" defer></script>' if script else ""
    return HTMLResponse(
        f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · Xero sandbox</title>
<link rel="stylesheet" href="/identity/look.css">
<link rel="icon" href="data:,">
{scripted}
</head>
<body>
<header><p class="mark"><span aria-hidden="true">▚</span> Xero sandbox</p>
<p class="note">A stand-in on this machine. Not Xero, and nothing here is real.</p></header>
<main{' class="wide"' if wide else ""}>
{body}
</main>
</body>
</html>
""",
        status,
        {"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )


def origin_of(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Person:
    user_id: str
    name: str
    email: str
    reaches: str


def sign_in(people: Iterable[Person], back: str, form_to: str) -> Response:
    rows = "".join(
        f"""<li><button type="submit" name="user" value="{escape(p.user_id)}" class="person">
<span class="face" aria-hidden="true">{escape("".join(w[0] for w in p.name.split()[:2]))}</span>
<span><b>{escape(p.name)}</b><br><span class="soft">{escape(p.email)}</span></span>
<span class="soft reach">{escape(p.reaches)}</span></button></li>"""
        for p in people
    )
    return page(
        "Sign in",
        f"""<h1>Who is signing in?</h1>
<p class="soft">No passwords here: choose one of the people this sandbox knows.</p>
<form method="post" action="/identity/login">
<input type="hidden" name="return" value="{escape(back)}">
<ul class="people">{rows}</ul>
</form>""",
        form_to=form_to,
    )


@dataclass(frozen=True)
class Choice:
    tenant_id: str
    name: str
    kind: str
    detail: str
    connected: bool


def consent(
    *,
    txn: str,
    app: str,
    who: str,
    asks: Sequence[str],
    choices: Sequence[Choice],
    one_at_a_time: bool,
    tenanted: bool,
    form_to: str,
    complaint: str = "",
) -> Response:
    alert = f'<p role="alert" class="alert">{escape(complaint)}</p>' if complaint else ""
    list_ = _choices(choices, one_at_a_time=one_at_a_time) if tenanted else ""
    lines = "".join(f"<li>{escape(line)}</li>" for line in asks)
    allow = "Allow access" if tenanted else "Continue"
    back = escape("/identity/consent?txn=" + txn, quote=True)
    return page(
        "Allow access",
        f"""<h1><b>{escape(app)}</b> asks for access</h1>
<p class="soft">Signed in as {escape(who)}.
<a href="/identity/login?return={back}">Use another user</a></p>
{alert}
<form method="post" action="/identity/consent" id="consent">
<input type="hidden" name="txn" value="{escape(txn)}">
{list_}
<section aria-labelledby="asks"><h2 id="asks">It will be able to</h2><ul class="asks">{lines}</ul></section>
<div class="actions">
<button type="submit" name="action" value="allow" class="primary">{allow}</button>
<button type="submit" name="action" value="cancel">Cancel</button>
</div>
</form>""",
        status=400 if complaint else 200,
        form_to=form_to,
        script="consent.js" if tenanted and not one_at_a_time else "",
    )


def _choices(choices: Sequence[Choice], *, one_at_a_time: bool) -> str:
    kind = "radio" if one_at_a_time else "checkbox"
    rows = "".join(
        f"""<li data-name="{escape((c.name + " " + c.detail).lower(), quote=True)}"><label>
<input type="{kind}" name="tenant" value="{escape(c.tenant_id)}">
<span class="name">{escape(c.name)}</span>
<span class="soft">{escape(c.detail)}</span>
{'<span class="tag">Connected already</span>' if c.connected else ""}</label></li>"""
        for c in choices
    )
    title = "Choose one organisation" if one_at_a_time else "Choose what to connect"
    tools = (
        ""
        if one_at_a_time
        else """<div class="tools" id="tools" hidden>
<label class="search">Search <input type="search" id="search" autocomplete="off"></label>
<label><input type="checkbox" id="all"> Select all</label>
<output id="count" class="soft"></output></div>"""
    )
    if not choices:
        return """<p class="alert" role="alert">This user reaches nothing of the kind that was asked for.</p>"""
    return f"""<fieldset><legend>{title}</legend>{tools}<ul class="choices">{rows}</ul>
<p id="none" class="soft" hidden>Nothing of that name.</p></fieldset>"""


def wrong(error: str, sentence: str) -> Response:
    """Xero's own page for a request it will not send back to the app."""
    return page(
        "Request refused",
        f"""<h1>This request cannot go on</h1>
<p>Error: <code>{escape(error)}</code></p><p>{escape(sentence)}</p>""",
        status=400,
    )
