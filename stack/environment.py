"""What the programs are told: the person's own settings first (environment, then .env), the embedded ones where nothing is said."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from stack.places import ROOT, has_ipv6, keys_file

VITE_PORT = 5173


@dataclass(frozen=True)
class Ports:
    api: int
    sandbox: int
    mailbox: int
    smtp: int

    @classmethod
    def chosen(cls, env: Mapping[str, str]) -> "Ports":
        def number(name: str, default: int) -> int:
            text = env.get(name) or str(default)
            if not text.isdecimal() or not 0 < int(text) < 65536:
                raise RuntimeError(f"{name}={text} is no port number")
            return int(text)

        mailbox = number("MAILBOX_PORT", 8025)
        return cls(
            api=number("PORT", 8000),
            sandbox=number("SANDBOX_PORT", 8010),
            mailbox=mailbox,
            smtp=number("MAILBOX_SMTP_PORT", mailbox + 1),
        )


@dataclass(frozen=True)
class Plan:
    """What is embedded in this run and what the person has of their own."""

    ports: Ports
    env: dict[str, str]
    own_database: bool
    own_redis: bool
    sandbox: bool
    mailbox: bool


def person_says() -> dict[str, str]:
    """An empty value says nothing."""
    written = {key: value for key, value in dotenv_values(ROOT / ".env").items() if value}
    return written | dict(os.environ)


def plan(var: Path, *, sandbox: bool = True, vite: bool = False) -> Plan:
    said = person_says()
    ports = Ports.chosen(said)
    with_sandbox = sandbox and not said.get("XERO_CLIENT_ID")
    with_mailbox = not said.get("SMTP_HOST")
    env = {
        "ENVIRONMENT": "dev",
        "BASE_URL": f"http://localhost:{VITE_PORT if vite else ports.api}",
        "API_URL": f"http://localhost:{ports.api}",  # where Vite sends what is under /api
        "SIGNUP": "open",
        "KEYS_FILE": str(keys_file(var)),
        "FRONTEND_DIST": str(ROOT / "frontend" / "dist"),
    }
    if with_sandbox:
        here = f"http://127.0.0.1:{ports.sandbox}"
        env |= {"SANDBOX_PORT": str(ports.sandbox), "SANDBOX_DIR": str(var / "sandbox")}
        env |= {"XERO_CLIENT_ID": "sandbox-client", "XERO_CLIENT_SECRET": "sandbox-secret", "XERO_SANDBOX": "true"}
        env |= {f"XERO_{name}_URL": here for name in ("LOGIN", "IDENTITY", "API", "APP")}
        # A document changed on the sandbox's page shows here within seconds, as one changed in Xero does.
        key = said.get("XERO_WEBHOOK_KEY") or said.get("SANDBOX_WEBHOOK_KEY") or "sandbox-webhook-key"
        env |= {"XERO_WEBHOOK_KEY": key, "SANDBOX_WEBHOOK_KEY": key}
        env |= {"SANDBOX_WEBHOOK_URL": f"http://localhost:{ports.api}/api/v1/deliveries/xero"}
    if with_mailbox:
        env |= {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(ports.smtp), "SMTP_STARTTLS": "false"}
        env |= {"MAILBOX_URL": f"http://localhost:{ports.mailbox}", "MAILBOX_FOLDER": str(var / "mailbox")}
    env |= {key: value for key, value in said.items() if value}
    # Children find our packages from anywhere, and their lines come at once.
    env |= {"PORT": str(ports.api), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return Plan(
        ports=ports,
        env=env,
        own_database=bool(said.get("DATABASE_URL")),
        own_redis=bool(said.get("REDIS_URL")),
        sandbox=with_sandbox,
        mailbox=with_mailbox,
    )


def localhost() -> str:
    """`localhost` is bound on both of its addresses, since browsers try either first."""
    return "localhost" if has_ipv6() else "127.0.0.1"
