"""Sign-in and consent, in a browser or from a plain script.

A script needs three requests and no HTML parser; cookies must be kept, redirects not followed:

    GET  /identity/connect/authorize?…            303 → /identity/login?return=/identity/consent?txn=…
                                                  (with a cookie: straight to /identity/consent?txn=…)
    POST /identity/login    user=<id or e-mail> return=<as above>            303 → /identity/consent?txn=…
    POST /identity/consent  txn=… tenant=<id> tenant=<id> … action=allow     303 → redirect_uri?code=…&state=…
                                                  action=cancel              303 → redirect_uri?error=access_denied

`GET /identity/consent?txn=…` shows the page with everything this user can tick. When only sign-in scopes are asked
for, nothing is ticked: the first time the page asks to continue, after that the GET itself redirects with the code.
"""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..gateway.chain import Sandbox
from ..state.consents import Asked, SignedIn, Tenant
from ..world.organisations import Organisation, organisations
from ..world.practice import practices
from ..world.users import User, users
from . import pages, scopes

COOKIE = "xero_sandbox_session"
MAX_BODY = 200_000


async def form(request: Request) -> dict[str, list[str]]:
    body = await request.body()
    return parse_qs(body[:MAX_BODY].decode("utf-8", "replace"), keep_blank_values=True)


def allowed_redirect(uri: str) -> bool:
    """As Xero registers them: https, or http on localhost by that name; 127.0.0.1 is refused."""
    try:
        parts = urlsplit(uri)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    if parts.fragment or not host:
        return False
    return (parts.scheme == "https" and host != "127.0.0.1") or (parts.scheme == "http" and host == "localhost")


class Authorize:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.consents = sandbox.memory.consents
        seed = sandbox.settings.seed
        self.users: dict[str, User] = {u.user_id: u for u in users(seed)}
        self.organisations: dict[str, Organisation] = {o.tenant_id: o for o in organisations(seed)}
        self.practices: dict[str, str] = {p.tenant_id: p.name for p in practices(seed)}

    # The request

    async def ask(self, request: Request) -> Response:
        settings, q = self.sandbox.settings, request.query_params
        challenge, method = q.get("code_challenge"), q.get("code_challenge_method", "plain")
        if q.get("client_id") not in {settings.client_id, settings.pkce_client_id}:
            return pages.wrong("unauthorized_client", "Unknown client or client not enabled.")
        redirect_uri = q.get("redirect_uri", "")
        if not allowed_redirect(redirect_uri):
            return pages.wrong("unauthorized_client", "Invalid redirect_uri: https, or http://localhost.")
        if q.get("response_type") != "code":
            return pages.wrong("unsupported_response_type", "Only the code flow is offered.")
        if challenge and method != "S256":
            return pages.wrong("invalid_request", "Transform algorithm not supported.")
        if q["client_id"] == settings.pkce_client_id and not challenge:
            return pages.wrong("invalid_request", "code challenge required")
        wanted = tuple(dict.fromkeys(q.get("scope", "").split()))
        if scopes.refused(wanted, broad=settings.broad_scopes, mixed=settings.mixed_scopes):
            return pages.wrong("invalid_scope", "Invalid scopes for client.")
        asked = Asked(
            id=secrets.token_urlsafe(18),
            client_id=q["client_id"],
            redirect_uri=redirect_uri,
            scopes=wanted,
            state=q.get("state"),
            nonce=q.get("nonce"),
            challenge=challenge,
            one_at_a_time=not self.sandbox.memory.switches.bulk_connect
            or "bulk_connect:false" in q.get("acr_values", "").lower().split(),
            at=self.sandbox.clock.now(),
        )
        if set(wanted) & scopes.NON_TENANTED:
            return back(asked, error="access_denied")
        self.consents.remember(asked)
        here = f"/identity/consent?txn={asked.id}"
        if self._who(request) is None or "login" in q.get("prompt", "").split():
            return RedirectResponse(f"/identity/login?return={quote(here, safe='')}", 303)
        return RedirectResponse(here, 303)

    # Who

    def _who(self, request: Request) -> SignedIn | None:
        who = self.consents.signed_in.get(request.cookies.get(COOKIE, ""))
        return who if who and who.user_id in self.users else None

    def _form_to(self, back_to: str) -> str:
        """Where the form may lead in the end, for the page's policy."""
        txn = (parse_qs(urlsplit(back_to).query).get("txn") or [""])[0]
        asked = self.consents.asked.get(txn)
        return pages.origin_of(asked.redirect_uri) if asked else ""

    async def show_sign_in(self, request: Request) -> Response:
        back_to = local(request.query_params.get("return", ""))
        people = [pages.Person(u.user_id, u.name, u.email, self._reach(u)) for u in self.users.values()]
        return pages.sign_in(people, back_to, self._form_to(back_to))

    def _reach(self, user: User) -> str:
        count, practice = len(user.organisation_ids), " and a practice" if user.practice_ids else ""
        return f"{count} organisation{'' if count == 1 else 's'}{practice}"

    async def sign_in(self, request: Request) -> Response:
        sent = await form(request)
        named = (sent.get("user") or [""])[0].strip().lower()
        user = next((u for u in self.users.values() if named in {u.user_id.lower(), u.email.lower()}), None)
        if user is None:
            return pages.wrong("unknown user", "Choose one of the named users of this sandbox.")
        answer = RedirectResponse(local((sent.get("return") or [""])[0]), 303)
        ticket = self.consents.sign_in(user.user_id, self.sandbox.clock.now())
        answer.set_cookie(COOKIE, ticket, httponly=True, samesite="lax", path="/identity")
        return answer

    # Consent

    async def show_consent(self, request: Request) -> Response:
        asked = self.consents.asked.get(request.query_params.get("txn", ""))
        if asked is None:
            return gone()
        who = self._who(request)
        if who is None:
            here = f"/identity/consent?txn={asked.id}"
            return RedirectResponse(f"/identity/login?return={quote(here, safe='')}", 303)
        if not tenanted(asked) and (asked.client_id, who.user_id) in self.consents.profiles:
            return self._allowed(asked, who, [])
        return self._page(asked, who)

    def _page(self, asked: Asked, who: SignedIn, complaint: str = "") -> Response:
        user = self.users[who.user_id]
        return pages.consent(
            txn=asked.id,
            app=asked.client_id,
            who=f"{user.name} ({user.email})",
            asks=[meaning(scope) for scope in asked.scopes],
            choices=self._choices(asked, user),
            one_at_a_time=asked.one_at_a_time,
            tenanted=tenanted(asked),
            form_to=pages.origin_of(asked.redirect_uri),
            complaint=complaint,
        )

    def _reachable(self, asked: Asked, user: User) -> dict[str, Tenant]:
        """Organisations for ledger scopes, practices for practice manager scopes."""
        found: list[Tenant] = []
        if set(asked.scopes) & scopes.ORGANISATION:
            found += [Tenant(i, "ORGANISATION", self.organisations[i].name) for i in user.organisation_ids]
        if set(asked.scopes) & scopes.PRACTICE:
            found += [Tenant(i, "PRACTICEMANAGER", self.practices[i]) for i in user.practice_ids]
        return {tenant.tenant_id: tenant for tenant in found}

    def _choices(self, asked: Asked, user: User) -> list[pages.Choice]:
        connected = {c.tenant_id for c in self.consents.reachable(asked.client_id, user.user_id)}
        found = []
        for tenant in self._reachable(asked, user).values():
            organisation = self.organisations.get(tenant.tenant_id)
            detail = "Practice manager"
            if organisation is not None:
                detail = f"{organisation.country} · {organisation.currency}"
                detail += " · demo company" if organisation.is_demo else ""
            found.append(
                pages.Choice(tenant.tenant_id, tenant.name, tenant.tenant_type, detail, tenant.tenant_id in connected)
            )
        return sorted(found, key=lambda c: (c.kind, c.name.lower()))

    async def consent(self, request: Request) -> Response:
        sent = await form(request)
        asked = self.consents.asked.get((sent.get("txn") or [""])[0])
        who = self._who(request)
        if asked is None or who is None:
            return gone()
        if (sent.get("action") or [""])[0] != "allow":
            del self.consents.asked[asked.id]
            return back(asked, error="access_denied")
        ticked = list(dict.fromkeys(t.strip().lower() for t in sent.get("tenant", [])))
        if not tenanted(asked):
            return self._allowed(asked, who, [])
        reachable = self._reachable(asked, self.users[who.user_id])
        if not ticked:
            return self._page(asked, who, "Tick at least one, or cancel.")
        if not set(ticked) <= set(reachable):
            return self._page(asked, who, "That is not one of the organisations this user reaches.")
        if asked.one_at_a_time and len(ticked) > 1:
            return self._page(asked, who, "This app may connect one organisation at a time.")
        return self._allowed(asked, who, [reachable[t] for t in ticked])

    def _allowed(self, asked: Asked, who: SignedIn, tenants: list[Tenant]) -> Response:
        self.consents.asked.pop(asked.id, None)
        code = self.consents.allow(asked, who, tenants, self.sandbox.clock.now())
        return back(asked, code=code, scope=" ".join(asked.scopes), session_state=secrets.token_hex(16))


def tenanted(asked: Asked) -> bool:
    return not set(asked.scopes) <= scopes.PROFILE


def back(asked: Asked, **answer: str) -> Response:
    if asked.state is not None:
        answer["state"] = asked.state
    joint = "&" if urlsplit(asked.redirect_uri).query else "?"
    return RedirectResponse(asked.redirect_uri + joint + urlencode(answer), 303)


def local(path: str) -> str:
    """Only ways back into these pages are followed."""
    return path if path.startswith("/identity/") and "\\" not in path else "/"


def gone() -> Response:
    return pages.wrong("expired", "This request is over: start again from the app.")


def meaning(scope: str) -> str:
    said = {
        "openid": "know who you are",
        "profile": "see your name",
        "email": "see your e-mail address",
        "offline_access": "keep access while you are away",
    }
    if scope in said:
        return said[scope]
    verb = "read" if scope.endswith(".read") else "read and change"
    return f"{verb} {scope.removeprefix('accounting.').removesuffix('.read').replace('.', ' · ').replace('practicemanager', 'practice manager')}"
