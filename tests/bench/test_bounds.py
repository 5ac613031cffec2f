"""The bench's arithmetic: the bounds that peers.md tables, the schedule, percentiles, the table and its verdicts."""

import pytest

from bench.bounds import client_bound, median, minute_use, percentile, run_bound, shortest_first, unlimited_bound
from bench.imports.table import Row, Target, rendered, targets_said


@pytest.mark.parametrize(("calls", "seconds"), [(0, 0), (5, 0.35), (12, 1.05), (60, 4.2), (300, 244.2), (3000, 2944.2)])
def test_one_client_at_best(calls: int, seconds: float) -> None:
    assert client_bound(calls) == pytest.approx(seconds)


def test_slow_calls_bind_before_the_minute_does() -> None:
    assert client_bound(120, 6.0) == pytest.approx(72 + 72)
    assert unlimited_bound(17, 0.15) == pytest.approx(0.6)


def test_a_run_is_bound_by_its_largest_client_or_by_its_places() -> None:
    assert run_bound([3000, 12, 12]) == pytest.approx(2944.2)
    assert run_bound([12] * 500) == pytest.approx(0.35 * 6000 / 25)


def test_shortest_first_lets_no_giant_stand_before_the_small() -> None:
    ended = shortest_first([3000, 300, *([15] * 10)])
    assert ended[2:] == pytest.approx([1.05] * 5 + [2.1] * 5)
    assert ended[0] == pytest.approx(2946.3, abs=1)
    assert shortest_first([60]) == pytest.approx([4.2])
    assert shortest_first([61]) == pytest.approx([60.35])
    assert shortest_first([]) == []


def test_shortest_first_reaches_the_bound_of_five_places() -> None:
    ended = shortest_first([60] * 500)
    assert max(ended) == pytest.approx(run_bound([60] * 500))
    assert median(ended) == pytest.approx(212, rel=0.02)


def test_percentile_is_one_of_the_values() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 0.95), percentile(values, 1.0), percentile([3.0], 0.5)) == (95, 100, 3)
    assert (median([1, 9]), median([5, 1, 9])) == (5, 5)
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_only_whole_minutes_say_how_the_allowance_was_used() -> None:
    assert minute_use([12, 60, 54, 3]) == pytest.approx(0.95)
    assert minute_use([60, 60]) is None


def test_the_table_is_markdown_with_a_dash_for_what_does_not_apply() -> None:
    text = rendered([Row("a", "ours", 3, 3831, 17, 1.25, 3064.8), Row("b 100,000", "floor", wall_s=120.0)])
    lines = text.splitlines()
    assert len({len(line) for line in lines}) == 1
    assert [cell.strip() for cell in lines[2].split("|")[1:9]] == ["a", "ours", "3", "3,831", "17", "1.25", "3,065", "-"]
    assert set(lines[1]) == {"|", "-", ":"}


def test_a_target_says_met_or_by_how_much_not() -> None:
    most, least = Target("p95", 12.0, 13.4, most=True, unit=" s"), Target("faster", 9.5, 10, most=False, unit="x")
    assert (most.met, least.met, Target("none", None, 1, most=True).met) == (True, False, None)
    said = targets_said([most, least, Target("none", None, 1, most=True)])
    assert "met      p95: 12 s" in said
    assert "MISSED   faster: 9.5x (≥ 10x), missed by 0.5x" in said
    assert "not run  none" in said
