"""A client's Health Report on paper: what one would send to the client, or to somebody who might become one.

It names no colleague, no dismissal and no internal remark; amounts are sums of what is open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from practice.clients.models import Client
from practice.exports.kind import Asked, ExportKind
from practice.exports.paper import BANDS, INK, LINE, MUTED, WIDTH, Paper, day
from practice.firms.models import Firm
from practice.kernel.unit import Unit
from practice.scoring.issue_reads import CleanUp, clean_up
from practice.scoring.models import Scorecard
from practice.scoring.reads import latest_scorecard, score_history
from practice.scoring.score import ATTENTION_FROM, HEALTHY_FROM, band_of

FIRST_THINGS = 8
POINTS_SHOWN = 60
WORDS = {
    "healthy": "The books are in good order. What is listed below would make them better still.",
    "attention": "The books can be worked with, and some of what they say cannot be relied on yet.",
    "at_risk": "The books need work before figures from them should be relied on.",
    "unscored": "There was not enough in the books to judge them.",
}


@dataclass(frozen=True, slots=True)
class Gathered:
    firm: str
    client: str
    card: Scorecard
    lines: Sequence[CleanUp]
    history: Sequence[tuple[date, int]]


async def gather(unit: Unit, asked: Asked) -> Gathered:
    """Raises NotScored where the client has no score yet."""
    assert asked.client_id is not None
    client = await unit.get(Client, asked.client_id)
    card, _ = await latest_scorecard(unit, client.id)
    return Gathered(
        firm=(await unit.get(Firm, unit.firm_id)).name,
        client=client.name,
        card=card,
        lines=[line for line in await clean_up(unit, client.id) if line.open],
        history=[
            (one.scored_at.date(), one.value) for one in await score_history(unit, client.id) if one.value is not None
        ],
    )


def render(gathered: Gathered) -> bytes:
    card = gathered.card
    page = Paper(foot=f"{gathered.firm} · {day(card.as_of)}", title=f"Health report: {gathered.client}")
    page.ink(MUTED, 9)
    page.cell(WIDTH, 5, gathered.firm, new_x="LMARGIN", new_y="NEXT")
    page.ink(INK, 22, bold=True)
    page.multi_cell(WIDTH, 10, gathered.client, new_x="LMARGIN", new_y="NEXT")
    page.words(
        f"Health of the books on {day(card.as_of)}, for the twelve months to {day(card.period_end)}",
        colour=MUTED,
        size=10,
    )
    _score(page, card)
    # The last score of a day stands for it; a line needs two days.
    days = sorted(dict(gathered.history).items())
    if len(days) > 1:
        _history(page, days)
    _parts(page, card)
    _first_things(page, gathered.lines)
    _not_judged(page, card)
    return bytes(page.output())


def _score(page: Paper, card: Scorecard) -> None:
    word, colour = BANDS[card.band]
    page.ln(5)
    top = page.get_y()
    page.set_draw_color(*LINE)
    page.set_line_width(3.2)
    # The gauge: three quarters of a circle, open at the bottom.
    page.arc(page.l_margin + 3, top + 2, 38, 135, 405)
    if card.value:
        page.set_draw_color(*colour)
        page.arc(page.l_margin + 3, top + 2, 38, 135, 135 + 270 * card.value / 100)
    page.ink(INK, 26, bold=True)
    page.set_xy(page.l_margin + 3, top + 13)
    page.cell(38, 11, "–" if card.value is None else str(card.value), align="C")
    page.ink(MUTED, 8)
    page.set_xy(page.l_margin + 3, top + 24)
    page.cell(38, 5, "of 100", align="C")
    page.set_xy(page.l_margin + 52, top + 6)
    page.ink(colour, 15, bold=True)
    page.cell(WIDTH - 52, 8, word)
    page.set_xy(page.l_margin + 52, top + 15)
    page.ink(INK, 10)
    page.multi_cell(WIDTH - 52, 5, WORDS[card.band], align="L")
    page.set_x(page.l_margin + 52)
    page.ink(MUTED, 9)
    said = "Every part was judged." if card.coverage == 100 else f"{card.coverage}% of the weight could be judged."
    page.multi_cell(WIDTH - 52, 5, said + (" The score is provisional." if card.provisional else ""), align="L")
    page.set_xy(page.l_margin, top + 44)


def _history(page: Paper, history: Sequence[tuple[date, int]]) -> None:
    page.heading("How it has moved")
    shown = history[-POINTS_SHOWN:]
    left, top, width, height = page.l_margin + 8, page.get_y() + 1, WIDTH - 8, 26.0
    page.set_line_width(0.2)
    page.set_draw_color(*LINE)
    for value in (0, ATTENTION_FROM, HEALTHY_FROM, 100):
        y = top + height * (1 - value / 100)
        page.line(left, y, left + width, y)
        page.ink(MUTED, 7)
        page.set_xy(page.l_margin, y - 1.5)
        page.cell(7, 3, str(value), align="R")
    first, last = shown[0][0], shown[-1][0]
    places = [
        (left + width * ((on - first) / (last - first)), top + height * (1 - value / 100)) for on, value in shown
    ]
    page.set_draw_color(*BANDS[band_of(shown[-1][1])][1])
    page.set_line_width(0.6)
    page.polyline(places)
    page.ink(MUTED, 7)
    page.set_xy(left, top + height + 1)
    page.cell(width / 2, 4, day(first))
    page.cell(width / 2, 4, day(last), align="R")
    page.set_xy(page.l_margin, top + height + 5)


def _parts(page: Paper, card: Scorecard) -> None:
    page.heading("What makes up the score")
    for entry in card.entries:
        if page.will_page_break(9):
            page.add_page()
        top = page.get_y()
        page.ink(INK, 9.5)
        page.cell(78, 5, str(entry["title"]))
        if entry["degree"] is None:
            page.ink(MUTED, 9)
            page.cell(WIDTH - 78, 5, "not judged", new_x="LMARGIN", new_y="NEXT")
        else:
            degree = float(entry["degree"])
            page.bar(page.l_margin + 80, top + 1.4, 60, degree, BANDS[band_of(round(100 * degree))][1])
            page.set_xy(page.l_margin + 144, top)
            page.ink(MUTED, 9)
            worth = Decimal(entry["points"]) + Decimal(entry["points_to_gain"])
            page.cell(WIDTH - 144, 5, f"{_points(Decimal(entry['points']))} of {_points(worth)}", align="R", new_x="LMARGIN", new_y="NEXT")
        page.ln(1.6)


def _points(value: Decimal) -> str:
    """To one decimal, as on screen; whole when it is whole."""
    return f"{value.quantize(Decimal('0.1'), ROUND_HALF_UP):f}".removesuffix(".0")


def _first_things(page: Paper, lines: Sequence[CleanUp]) -> None:
    page.heading("What to put right first")
    if not lines:
        page.words("Nothing. The checks found nothing that is still open.")
        return
    for line in lines[:FIRST_THINGS]:
        if page.will_page_break(24):
            page.add_page()
        page.ink(INK, 10, bold=True)
        amount = f", {line.currency} {line.amount:,.2f}" if line.amount and line.currency else ""
        page.cell(WIDTH - 30, 5.5, f"{line.check.title}: {line.open:,} {'item' if line.open == 1 else 'items'}{amount}")
        page.ink(MUTED, 9)
        gain = _points(Decimal(line.points_to_gain or 0))
        page.cell(30, 5.5, f"+{gain} {'point' if gain == '1' else 'points'}" if gain != "0" else "", align="R", new_x="LMARGIN", new_y="NEXT")
        page.words(line.check.why, size=9)
        page.words(line.check.fix, colour=MUTED, size=9)
        page.ln(2.5)
    rest = len(lines) - FIRST_THINGS
    if rest > 0:
        page.words(f"And {rest} more {'check' if rest == 1 else 'checks'} with something open.", colour=MUTED, size=9)


def _not_judged(page: Paper, card: Scorecard) -> None:
    missing = [entry for entry in card.entries if entry["state"] != "evaluated"]
    if not missing:
        return
    page.heading("What could not be judged")
    for entry in missing:
        page.words(f"{entry['title']}: {entry['measure'] or entry['state'].replace('_', ' ')}", size=9)


KIND = ExportKind(
    kind="health_report_pdf",
    about_client=True,
    media_type="application/pdf",
    suffix=".pdf",
    gather=gather,
    name=lambda gathered: f"Health report {gathered.client} {gathered.card.as_of.isoformat()}",
    render=render,
)
