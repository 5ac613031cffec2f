"""GET /problems/{slug}: what a problem means and what helps, so that every `type` leads somewhere."""

from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from api.catalogue import every_problem
from api.problems import status_of

pages = APIRouter(prefix="/problems")


@pages.get("")
async def problem_index() -> HTMLResponse:
    rows = "".join(
        f'<tr><td><a href="/problems/{slug}">{escape(problem.title)}</a></td><td>{status_of(problem)}</td></tr>'
        for slug, problem in sorted(every_problem().items())
    )
    return _page("Problems", f"<table><tr><th>Problem</th><th>Status</th></tr>{rows}</table>")


@pages.get("/{slug}")
async def problem_page(slug: str) -> HTMLResponse:
    problem = every_problem().get(slug)
    if problem is None:
        raise HTTPException(404)
    said = " ".join((problem.__doc__ or "").split())
    return _page(
        problem.title,
        f"<p>{escape(said)}</p><p>Status {status_of(problem)} · kind {problem.kind} · <code>{slug}</code></p>"
        f"<p>{_ADVICE[problem.kind.value]}</p><p><a href=/problems>All problems</a> · <a href=/docs/>API reference</a></p>",
    )


_ADVICE = {
    "invalid": "The request is at fault: change it as <code>errors</code> says. Repeating it unchanged gives the same answer.",
    "unauthenticated": "Sign in, or send an API key that works.",
    "forbidden": "Who is signed in may not do this; <code>detail</code> says who may.",
    "missing": "There is no such thing here, or it belongs to somebody else.",
    "gone": "It was there and is over. Start again from the beginning.",
    "conflict": "The state of things does not allow it now; <code>detail</code> says what stands in the way.",
    "stale": "Somebody else was faster. Read it again and repeat.",
    "busy": "Wait until <code>Retry-After</code>; work in the background continues by itself.",
    "upstream": "Somebody else's service, or ours, failed. Try again later; nothing is half done.",
}


def _page(title: str, body: str) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{escape(title)} · Bulkhead</title><link rel="stylesheet" href="/docs/reference.css">'
        f"<main><h1>{escape(title)}</h1>{body}</main></html>"
    )


