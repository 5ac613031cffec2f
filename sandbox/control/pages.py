"""The control endpoints as one HTML page: switches, faults, people, organisations, the last calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from ..gateway.faults import KINDS
from ..identity.pages import page
from ..world.practice import practices

if TYPE_CHECKING:
    from .routes import Control


def home(control: Control) -> Response:
    state, stats = control.state(), control.memory.calls.stats()
    return page(
        "Control",
        "\n".join(
            [
                _what_is_so(state, stats),
                _switches(state),
                _faults(state["faults"]),
                _webhooks(control),
                _people(control, state["connections"]),
                _organisations(control, state["connections"], stats["tenants"]),
                _practice(control),
                _calls(control.memory.calls.of(limit=25)),
            ]
        ),
        wide=True,
    )


def _e(value: object) -> str:
    return escape(str(value))


def _what_is_so(state: Mapping[str, Any], stats: Mapping[str, Any]) -> str:
    refused = ", ".join(f"{n} × {kind}" for kind, n in stats["refused"].items()) or "none"
    tokens = ", ".join(f"{n} × {what.replace('_', ' ')}" for what, n in stats["tokens"].items()) or "none yet"
    facts = {
        "Seed": state["seed"],
        "Ledgers end on": state["today"],
        "Its time": f"{state['now'][:19].replace('T', ' ')} UTC, {state['scale']:g} × real time",
        "Calls": f"{stats['calls']:,}, at most {stats['max_in_flight']} in flight for one organisation",
        "Refused by a limit": refused,
        "Token endpoint": tokens,
    }
    rows = "".join(f"<dt>{_e(name)}</dt><dd>{_e(value)}</dd>" for name, value in facts.items())
    return f"<h1>Control</h1><dl class=facts>{rows}</dl>"


def _form(action: str, fields: str, button: str) -> str:
    return f"""<form class="row" method="post" action="/__control/{action}">{fields}<button>{_e(button)}</button></form>"""


def _number(label: str, name: str, value: object = "", *, step: str = "1") -> str:
    return f'<label>{_e(label)}<input type="number" name="{name}" value="{_e(value)}" step="{step}"></label>'


def _text(label: str, name: str) -> str:
    return f'<label>{_e(label)}<input type="text" name="{name}" autocomplete="off"></label>'


def _turn(action: str, label: str, *, on: bool) -> str:
    word, other = ("on", "off") if on else ("off", "on")
    return _form(action, f'<input type="hidden" name="on" value="{other}"><span>{_e(label)}: <b>{word}</b></span>', f"Turn {other}")


def _switches(state: Mapping[str, Any]) -> str:
    now = state["switches"]
    return f"""<section aria-labelledby="switches"><h2 id="switches">Switches</h2><div class="switches">
{_turn("limits", "Rate limits", on=now["limits"])}
{_turn("bulk", "Many organisations in one consent", on=now["bulk_connect"])}
{_form("latency", _number("Latency of each call, ms", "ms", now["latency_ms"]), "Set latency")}
{_form("limits", _number("Calls a day for each organisation", "daily", now["daily_limit"]), "Set day limit")}
{_form("clock", _number("Move the clock forward, seconds", "advance", 60), "Move")}
{_form("clock", _number("Speed of the clock", "scale", state["scale"], step="any"), "Set speed")}
{_form("reset", "<span>Consents, edits, faults, calls</span>", "Reset everything")}
</div></section>"""


def _faults(plan: Sequence[Mapping[str, Any]]) -> str:
    kinds = "".join(f'<option value="{_e(kind)}">{_e(kind)}: {_e(what)}</option>' for kind, what in KINDS.items())
    rows = "".join(
        f"""<tr><td>{_e(f["kind"])}</td><td>{_e(f["path"] or "any")}</td><td>{_e(f["tenant"] or "any")}</td>
<td>{_e(f["page"] or "any")}</td><td class="number">{f["done"]} of {f["times"] or "all"}</td>
<td>{_form("faults/drop", f'<input type="hidden" name="id" value="{f["id"]}">', f"Drop fault {f['id']}")}</td></tr>"""
        for f in plan
    )
    table = (
        f"""<div class="scroll"><table><thead><tr><th scope="col">Fault</th><th scope="col">Path</th><th scope="col">Organisation</th>
<th scope="col">Page</th><th scope="col" class="number">Done</th><th scope="col">Drop</th></tr></thead><tbody>{rows}</tbody></table></div>"""
        if plan
        else '<p class="soft">None planned.</p>'
    )
    fields = (
        f'<label>Kind<select name="kind">{kinds}</select></label>'
        + _text("Organisation id (empty: any)", "tenant")
        + _text("Part of the path (empty: any)", "path")
        + _number("Page (empty: any)", "page")
        + _number("Times (0: always)", "times", 1)
        + _number("After how many calls", "after", 0)
        + _number("Delay, s (slow)", "delay", 30)
    )
    return f"""<section aria-labelledby="faults"><h2 id="faults">Faults</h2>{table}{_form("faults", fields, "Plan this fault")}</section>"""


def _webhooks(control: Control) -> str:
    sender = control.deliveries
    rows = "".join(
        f"""<tr><td>{_e(one.at[11:19])}</td><td>{"intent to receive" if one.intent else f"{one.events} events"}</td>
<td>{"rightly" if one.signed else "wrongly"}</td><td class="number">{one.status or "none"}</td><td class="number">{one.ms}</td></tr>"""
        for one in list(sender.log)[-10:][::-1]
    )
    table = (
        f"""<div class="scroll"><table><thead><tr><th scope="col">At</th><th scope="col">What</th><th scope="col">Signed</th>
<th scope="col" class="number">Answer</th><th scope="col" class="number">ms</th></tr></thead><tbody>{rows}</tbody></table></div>"""
        if rows
        else '<p class="soft">None sent.</p>'
    )
    where = f"<p>To <code>{_e(sender.url)}</code></p>" if sender.url else '<p class="soft">No address is set, so none are sent.</p>'
    return f"""<section aria-labelledby="webhooks"><h2 id="webhooks">Webhooks</h2>{where}{table}
{_form("webhook", _text("Address", "url") + _text("Key (empty: as it is)", "key"), "Set")}
{_form("webhook/intent", "<span>Rightly and wrongly signed requests</span>", "Intent to receive")}</section>"""


def _people(control: Control, connections: Sequence[Mapping[str, Any]]) -> str:
    rows = ""
    for user in control.users.values():
        mine = sum(c["user_id"] == user.user_id for c in connections)
        button = _form(
            "revoke", f'<input type="hidden" name="user" value="{_e(user.user_id)}">', f"Revoke {user.given_name}'s consent"
        )
        rows += f"""<tr><td>{_e(user.name)}</td><td>{_e(user.email)}</td><td class="number">{len(user.organisation_ids)}{" and the practice" if user.practice_ids else ""}</td>
<td class="number">{mine}</td><td>{button}</td></tr>"""
    return f"""<section aria-labelledby="people"><h2 id="people">People</h2><div class="scroll"><table><thead><tr>
<th scope="col">Name</th><th scope="col">E-mail</th><th scope="col" class="number">Reaches</th><th scope="col" class="number">Connected</th>
<th scope="col">Consent</th></tr></thead><tbody>{rows}</tbody></table></div></section>"""


def _organisations(
    control: Control, connections: Sequence[Mapping[str, Any]], seen: Mapping[str, Mapping[str, Any]]
) -> str:
    linked = {c["tenant_id"] for c in connections}
    rows = ""
    for o in sorted(control.organisations.values(), key=lambda o: o.name.lower()):
        mine = seen.get(o.tenant_id, {"calls": 0, "refused": {}, "max_in_flight": 0})
        tenant = f'<input type="hidden" name="tenant_id" value="{_e(o.tenant_id)}">'
        change = _form("change-document", tenant, "Change a document")
        cut = _form("disconnect", tenant, "Disconnect") if o.tenant_id in linked else ""
        rows += f"""<tr><td>{_e(o.name)}<br><code>{_e(o.tenant_id)}</code></td><td>{_e(o.country)}</td>
<td class="number">{o.documents:,}</td><td class="number">{mine["calls"]:,}</td><td class="number">{sum(mine["refused"].values())}</td>
<td class="number">{mine["max_in_flight"]}</td>
<td><a href="/__control/truth/{_e(o.tenant_id)}">Truth<span class="soft"> of {_e(o.short_code)}</span></a></td><td>{change}</td><td>{cut}</td></tr>"""
    return f"""<section aria-labelledby="firm"><h2 id="firm">Organisations</h2><div class="scroll"><table><thead><tr>
<th scope="col">Name</th><th scope="col">Country</th><th scope="col" class="number">Documents</th><th scope="col" class="number">Calls</th>
<th scope="col" class="number">429s</th><th scope="col" class="number">Most in flight</th><th scope="col">Planted</th>
<th scope="col">Change</th><th scope="col">Connection</th></tr></thead><tbody>{rows}</tbody></table></div>
{_form("lock-dates", _text("Organisation id", "tenant_id") + _text("Period lock (a day, or none)", "period") + _text("Year end lock", "year"), "Set lock dates")}</section>"""


def _practice(control: Control) -> str:
    """Its clients are only counted once somebody has asked for them: making them takes a moment."""
    people = control.memory.people
    name, size = _e(practices(people.seed)[0].name), f"{people.size:,} clients"
    rows = "".join(
        f"<tr><td>{_e(one['at'][11:19])}</td><td>{_e(one['what'])}</td><td><code>{_e(one.get('client') or one.get('into') or '')}</code></td></tr>"
        for one in people.done[-10:][::-1]
    )
    table = (
        f"""<div class="scroll"><table><thead><tr><th scope="col">At</th><th scope="col">What</th><th scope="col">Client</th></tr></thead>
<tbody>{rows}</tbody></table></div>"""
        if rows
        else '<p class="soft">Nothing has been changed.</p>'
    )
    return f"""<section aria-labelledby="practice"><h2 id="practice">Practice Manager</h2>
<p>{name}: {size}. <a href="/__control/practice">All of it</a> · <a href="/__control/practice/truth">Truth<span class="soft"> of the practice</span></a> ·
<a href="/__control/practice/report.csv">Client report</a></p>{table}
{_form("practice/archive-client", _text("Client id", "uuid"), "Archive")}
{_form("practice/delete-client", _text("Client id", "uuid"), "Delete")}
{_form("practice/restore-client", _text("Client id", "uuid"), "Restore")}
{_form("practice/merge-clients", _text("Client that goes", "gone") + _text("Client that stays", "into"), "Merge")}
{_form("practice/staff", _text("Staff id (empty: a new one)", "uuid") + _text("Name", "name") + _text("E-mail", "email"), "Set staff")}
{_form("practice/size", _number("Clients; starts afresh", "clients", people.size), "Set size")}</section>"""


def _calls(calls: Sequence[Mapping[str, Any]]) -> str:
    if not calls:
        return '<section><h2>Last calls</h2><p class="soft">None yet.</p></section>'
    rows = "".join(
        f"""<tr><td>{_e(c["at"][11:19])}</td><td>{_e(c["method"])} {_e(c["path"])}</td><td>{_e(c["page"] or "")}</td>
<td>{_e(c["tenant"] or "")}</td><td class="number">{_e(c["status"] or "broken")}</td><td>{_e(c["fault"] or c["problem"] or "")}</td>
<td class="number">{c["bytes"]:,}</td><td class="number">{c["ms"]}</td></tr>"""
        for c in reversed(calls)
    )
    return f"""<section aria-labelledby="calls"><h2 id="calls">Last calls</h2><div class="scroll"><table><thead><tr>
<th scope="col">At</th><th scope="col">Call</th><th scope="col">Page</th><th scope="col">Organisation</th><th scope="col" class="number">Status</th>
<th scope="col">Fault or limit</th><th scope="col" class="number">Bytes</th><th scope="col" class="number">ms</th></tr></thead>
<tbody>{rows}</tbody></table></div></section>"""
