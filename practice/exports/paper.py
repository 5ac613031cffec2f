"""A page of paper in the product's look: Roboto, which has every letter of the names we meet, and the bands' colours."""

from datetime import date

from font_roboto import Roboto, RobotoBold
from fpdf import FPDF

from practice.exports import wording

Colour = tuple[int, int, int]

INK: Colour = (21, 26, 35)
MUTED: Colour = (74, 84, 100)
LINE: Colour = (221, 225, 231)
SUNKEN: Colour = (236, 238, 242)
BANDS: dict[str, tuple[str, Colour]] = {
    "healthy": (wording.BAND["healthy"], (28, 119, 65)),
    "attention": (wording.BAND["attention"], (191, 120, 0)),
    "at_risk": (wording.BAND["at_risk"], (185, 43, 38)),
    "unscored": (wording.BAND["unscored"], (98, 108, 125)),
}
MARGIN = 18.0
WIDTH = 210 - 2 * MARGIN


class Paper(FPDF):
    """A4, with who made it and the page at the foot."""

    def __init__(self, *, foot: str, title: str) -> None:
        super().__init__(format="A4")
        self._foot = foot
        self.set_title(title)
        self.set_creator("Bulkhead")
        self.set_lang("en")
        self.add_font("Roboto", "", Roboto)
        self.add_font("Roboto", "B", RobotoBold)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=20)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-14)
        self.ink(MUTED, 8)
        self.cell(WIDTH / 2, 5, self._foot)
        self.cell(WIDTH / 2, 5, f"Page {self.page_no()}", align="R")

    def ink(self, colour: Colour, size: float, *, bold: bool = False) -> None:
        """The pen for what is written next."""
        self.set_font("Roboto", "B" if bold else "", size)
        self.set_text_color(*colour)

    def heading(self, text: str) -> None:
        """Begins a part, on a new page where no room is left for its first lines."""
        if self.will_page_break(26):
            self.add_page()
        self.ln(5)
        self.ink(INK, 13, bold=True)
        self.cell(WIDTH, 8, text, new_x="LMARGIN", new_y="NEXT")

    def words(self, text: str, *, colour: Colour = INK, size: float = 9.5, width: float = WIDTH) -> None:
        """Text that runs over several lines."""
        self.ink(colour, size)
        self.multi_cell(width, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")

    def bar(self, x: float, y: float, width: float, share: float, colour: Colour) -> None:
        """How much of a whole, on a quiet ground."""
        self.set_fill_color(*SUNKEN)
        self.rect(x, y, width, 2.6, style="F", round_corners=True, corner_radius=1.3)
        if share > 0.02:
            self.set_fill_color(*colour)
            self.rect(x, y, width * share, 2.6, style="F", round_corners=True, corner_radius=1.3)


def day(on: date) -> str:
    return f"{on:%-d %B %Y}"
