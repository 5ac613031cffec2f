"""How several checks' sentences become one text."""

from practice.scoring.explain import NOTHING_FOUND, together


def test_a_sentence_that_two_checks_say_is_said_once() -> None:
    assert together(["Every bill should have its document.", "Every bill should have its document."]) == (
        "Every bill should have its document."
    )
    assert together(["One.", "Two.", "One."]) == "One. Two."


def test_that_there_is_nothing_to_do_is_said_only_where_no_check_found_anything() -> None:
    assert together([NOTHING_FOUND, "3 invoices perhaps entered twice."]) == "3 invoices perhaps entered twice."
    assert together([NOTHING_FOUND, NOTHING_FOUND]) == NOTHING_FOUND
    assert together([]) == ""
