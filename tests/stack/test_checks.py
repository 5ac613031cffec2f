"""The list of checks itself: what fails is counted and said, and nothing is left out in silence."""

import sys
from pathlib import Path

import pytest

from stack import checks
from stack.checks import Red, Step, Tally


@pytest.mark.parametrize(
    ("said", "tally"),
    [
        ("....\n1 failed, 888 passed in 12.97s\n", Tally(888, 1)),
        (" Test Files  5 passed (5)\n      Tests  122 passed (122)\n", Tally(122, 0)),
        (" Test Files  1 failed | 4 passed (5)\n      Tests  2 failed | 120 passed (122)\n", Tally(120, 2)),
        ("ok  connect\n12 passed, 0 failed\n", Tally(12, 0)),
        ("no such file", Tally(0, 0)),
    ],
)
def test_runners_closing_lines(said: str, tally: Tally) -> None:
    assert checks._tally(said) == tally


def test_runner_that_ran_nothing_is_red() -> None:
    with pytest.raises(Red, match="says of no test that it passed"):
        checks._counted([sys.executable, "-c", "print('no tests ran')"])


def test_red_step_does_not_hide_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    def bad() -> Tally:
        return checks._counted([sys.executable, "-c", "print('2 failed, 3 passed'); raise SystemExit(1)"])

    assert checks._run([Step("first", bad), Step("second", lambda: Tally(passed=4))]) == 1
    said = capsys.readouterr().out
    assert "FAILED: first" in said
    assert said.splitlines()[-1] == "7 passed, 2 failed"


def test_without_a_browser_the_flows_are_red_and_say_what_mends_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BROWSER", raising=False)
    monkeypatch.setenv("CHROME_PATH", str(tmp_path / "nowhere"))
    with pytest.raises(Red, match="apt-get install -y chromium"):
        checks._flows()


def test_flows_are_left_out_only_when_asked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("BROWSER", "none")
    assert checks._flows() == Tally()
    assert "not run, as asked: BROWSER=none" in capsys.readouterr().out
