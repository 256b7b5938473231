"""What a gap in knowledge is called."""

from bot.ui.analysis_cards import what_is_asked
from tests.sample_course import single_choice, true_false


def test_a_statement_that_may_be_false_is_not_shown_as_something_to_teach() -> None:
    question = true_false(0, is_true=False)
    assert what_is_asked(question) == f"True or false? {question.stem}"


def test_any_other_question_speaks_for_itself() -> None:
    question = single_choice(0)
    assert what_is_asked(question) == question.stem
