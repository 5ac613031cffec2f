from decimal import Decimal
from itertools import chain, repeat
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from practice.scoring.check import Threshold
from practice.scoring.suggest import suggest

MONEY = Threshold(75, 0, 100_000, "money", "Above this amount.")
NUMBERS = st.lists(st.decimals(0, 3000, places=2), max_size=40)
SET_ASIDE = st.lists(st.decimals(0, 400, places=2), min_size=5, max_size=40)


def amounts(*pairs: tuple[int, int]) -> list[Decimal]:
    """So many of each amount."""
    return [Decimal(amount) for amount in chain.from_iterable(repeat(amount, times) for amount, times in pairs)]


def test_four_in_five_of_what_was_set_aside() -> None:
    found = suggest(
        MONEY,
        75,
        set_aside=amounts((80, 4), (118, 4), (900, 2)),
        fixed=amounts((500, 3)),
        left_open=amounts((100, 7), (120, 1), (121, 5)),
    )
    assert (found.suggested, found.would_hide, found.dismissed, found.seen) == (120, 8, 10, 26)
    assert found.because == "8 of 10 that people set aside are not above 120, and none that they put right (3)."


def test_nine_are_too_few() -> None:
    found = suggest(MONEY, 75, set_aside=amounts((80, 9)), fixed=[], left_open=[])
    assert found.suggested is None
    assert found.because.startswith("People set aside 9 of what this check found.")


def test_one_that_was_put_right_stands_in_the_way() -> None:
    found = suggest(MONEY, 75, set_aside=amounts((80, 4), (118, 6)), fixed=amounts((90, 1)), left_open=[])
    assert found.suggested is None
    assert "put right one of 90" in found.because


def test_just_below_what_was_put_right() -> None:
    found = suggest(MONEY, 75, set_aside=amounts((118, 10)), fixed=[Decimal("119.50")], left_open=[])
    assert found.suggested == 119


def test_what_was_left_open_in_numbers_is_not_hidden() -> None:
    found = suggest(MONEY, 75, set_aside=amounts((90, 10)), fixed=[], left_open=amounts((85, 31)))
    assert (found.suggested, found.because) == (None, "People set aside 10 up to 90, but left 31 of that size open.")
    assert suggest(MONEY, 75, set_aside=amounts((90, 10)), fixed=[], left_open=amounts((85, 30))).suggested == 90


def test_large_ones_set_aside_say_nothing_of_size() -> None:
    found = suggest(Threshold(75, 0, 200, "money", ""), 75, set_aside=amounts((5000, 10)), fixed=[], left_open=[])
    assert found.suggested is None


def test_a_threshold_that_takes_in_more_the_higher_it_is() -> None:
    within = Threshold(60, 1, 366, "days", "This many days apart.")
    found = suggest(within, 60, set_aside=amounts((55, 20)), fixed=[], left_open=[])
    assert (found.suggested, found.dismissed) == (None, 20)


@given(SET_ASIDE, NUMBERS, NUMBERS, st.integers(0, 200), st.randoms(use_true_random=False))
def test_whatever_people_did(
    set_aside: list[Decimal], fixed: list[Decimal], left_open: list[Decimal], current: int, chance: Random
) -> None:
    found = suggest(MONEY, current, set_aside=set_aside, fixed=fixed, left_open=left_open)
    assert found.because
    assert found.dismissed == len(set_aside)
    assert found.seen == len(set_aside) + len(fixed) + len(left_open)
    if found.suggested is None:
        assert found.would_hide == 0
    else:
        assert len(set_aside) >= 10
        assert max(current, MONEY.least) < found.suggested <= MONEY.most
        assert all(number > found.suggested for number in fixed)
        assert 5 * sum(number <= found.suggested for number in set_aside) >= 4 * len(set_aside)
        assert found.would_hide == sum(current < number <= found.suggested for number in left_open)
    for numbers in (set_aside, fixed, left_open):
        chance.shuffle(numbers)
    assert suggest(MONEY, current, set_aside=set_aside, fixed=fixed, left_open=left_open) == found
