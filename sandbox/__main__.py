"""Starts the sandbox on its own port: `python -m sandbox`."""

from __future__ import annotations

import os

import uvicorn

from .app import create_app
from .ledgers.build import build_in_background
from .settings import Settings
from .world.users import users


def main() -> None:
    settings = Settings.from_env(os.environ)
    here = f"http://{settings.host}:{settings.port}"
    print(f"Xero sandbox: {here} (control page), seed {settings.seed}, ledgers end on {settings.today.isoformat()[:10]}", flush=True)
    for user in users(settings.seed):
        reach = f"{len(user.organisation_ids)} organisations" + (" and a practice" if user.practice_ids else "")
        print(f"  sign in as {user.name} <{user.email}>: {reach}", flush=True)
    # Whoever calls first need not wait for the books; a giant takes half a minute.
    books = None
    if os.environ.get("SANDBOX_PREBUILD", "1") not in {"0", "off", "false", "no"}:
        books = build_in_background(settings.seed, settings.today, settings.directory)
    try:
        uvicorn.run(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=2,
        )
    finally:
        if books is not None:
            books.terminate()
            books.wait()


if __name__ == "__main__":
    main()
