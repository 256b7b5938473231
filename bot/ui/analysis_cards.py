"""What an analysis says, as private cards: lines that read well on a phone and aloud, footnotes that explain figures."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui

from bot.domain.item_analysis import Concern
from bot.domain.learner_progress import Attention, LearnerProgress
from bot.domain.questions import Question, QuestionType
from bot.domain.reteaching import Gap, Grouping
from bot.services.analysing import AnalysedQuestion, QuestionAnalysis
from bot.services.scopes import Scope
from bot.ui import ids
from bot.ui.citations import footnote
from bot.ui.i18n import gettext as _
from bot.ui.i18n import lazy, ngettext
from bot.ui.layout import ACCENT_QUIET, MOST_TEXT, attached, card, picture, rule, select, text
from bot.ui.letters import LETTERS
from bot.ui.mark_cards import heading
from bot.ui.options import option_text
from bot.ui.text import clean, plain, shorten

MOST_QUESTIONS = 8
MOST_GAPS = 6
_MOST_LEARNERS = 15
_MOST_MENU = 25
_MOST_STEM = 90
_MOST_LABEL = 100
_FIGURE_ROOM = 900

_ADVICE = {
    Concern.NEGATIVE: lazy(
        "⚠️ Whoever knows the rest gets this wrong more often than others: look whether the key is right and the stem "
        "clear."
    ),
    Concern.WEAK: lazy(
        "⚠️ It hardly tells who knows the rest from who does not: look for a second right option or a giveaway."
    ),
    Concern.HARD: lazy("Hard: teach it again before you ask it again."),
    Concern.EASY: lazy("Nearly everyone knows it: fine as a warm-up, of little use as a test."),
    Concern.DEAD_DISTRACTORS: lazy("Hardly anybody falls for {letters}: write a likelier distractor.⁵"),
}
_ATTENTION = {
    Attention.KNOWS_LITTLE: lazy("less than half right"),
    Attention.SELDOM_HERE: lazy("answered less than half of what was asked"),
    Attention.TOO_FEW_ANSWERS: lazy("too few answers to say"),
}
_TITLES = {
    Grouping.FACT: lazy("Teach again: facts"),
    Grouping.TOPIC: lazy("Teach again: topics"),
    Grouping.PASSAGE: lazy("Teach again: passages"),
}


def questions(
    analysis: QuestionAnalysis, scope: Scope, *, chart: str, alt: str, filename: str
) -> ui.LayoutView:
    """The questions that need a look before the others, each with its figures; a menu to look at any closer."""
    shown = analysis.questions[:MOST_QUESTIONS]
    lines = [_question_line(number, each) for number, each in enumerate(shown, start=1)]
    hidden = len(analysis.questions) - len(shown)
    return card(
        [
            heading(_("Questions"), scope),
            picture(chart, alt),
            text(shorten("\n".join(lines), MOST_TEXT - _FIGURE_ROOM)),
            text(_left_out(hidden, analysis.left_out)) if hidden or analysis.left_out else None,
            _menu(analysis.questions, scope),
            text(_figures_explained()),
            attached(filename),
        ],
        accent=ACCENT_QUIET,
    )


def question(analysed: AnalysedQuestion, *, chart: str | None, alt: str) -> ui.LayoutView:
    """One question closely: what was chosen, and what to do about it."""
    asked, figures = analysed.question, analysed.statistics
    lines = [
        _("{share} chose {letter}: {option}").format(
            share=f"**{share:.0%}**",
            letter=f"**{LETTERS[position]}**",
            option=option_text(asked, asked.options[position].text) + _remark(asked, position, figures.dead),
        )
        for position, share in enumerate(figures.shares)
    ]
    return card(
        [
            text(f"### {plain(asked.stem)}\n-# {_identity(analysed)}"),
            text(_figures(analysed)),
            None if chart is None else picture(chart, alt),
            text("\n".join(lines)) if lines else None,
            text("\n".join(_advice(analysed))) if analysed.statistics.concerns else None,
            rule(),
            text(footnote(asked.footnotes[0])),
            text(_figures_explained()),
        ],
        accent=ACCENT_QUIET,
    )


def what_is_asked(question: Question) -> str:
    """The stem; of a statement that may be false also that it is only asked, lest somebody teach it."""
    if question.type is QuestionType.TRUE_FALSE:
        return f"{_('True or false?')} {question.stem}"
    return question.stem


def gaps(
    found: Sequence[Gap], names: Sequence[str], by: Grouping, scope: Scope, *, chart: str, alt: str
) -> ui.LayoutView:
    """What the class does not know, the least known first, with the words that teach it."""
    parts = []
    for number, (gap, name) in enumerate(zip(found[:MOST_GAPS], names, strict=False), start=1):
        known = ngettext(
            "{share} right on average, of {count} answer",
            "{share} right on average, of {count} answers",
            gap.answers,
        ).format(share=f"**{gap.facility:.0%}**", count=gap.answers)
        parts.append(
            f"**{number}.** {shorten(plain(name), 2 * _MOST_STEM)}\n{known}\n{footnote(gap.quotation)}"
        )
    hidden = len(found) - len(parts)
    more = ngettext("and {count} more, better known", "and {count} more, better known", hidden)
    return card(
        [
            heading(_(_TITLES[by]), scope),
            picture(chart, alt),
            *[text(part) for part in parts],
            text(more.format(count=hidden)) if hidden else None,
            text(
                "-# "
                + _(
                    "Right on average: the mean mark of all first answers to questions about it. What fewer than five "
                    "learners answered is left out."
                )
            ),
        ],
        accent=ACCENT_QUIET,
    )


def learners(
    found: Sequence[LearnerProgress], scope: Scope, *, chart: str | None, alt: str, middle: float
) -> ui.LayoutView:
    """Each learner, those first who may need help; for instructors' eyes alone."""
    shown = found[:_MOST_LEARNERS]
    hidden = len(found) - len(shown)
    more = ngettext("and {count} more", "and {count} more", hidden)
    return card(
        [
            heading(_("Learners"), scope),
            None if chart is None else picture(chart, alt),
            text("\n".join(_learner_line(each) for each in shown)),
            text(more.format(count=hidden)) if hidden else None,
            text(
                "-# "
                + _(
                    "Right: the mean mark of what a learner answered; half of the class is below {middle}. These are "
                    "hints for a private word, not marks: a bad day, a small screen or a new language look the same. "
                    "Please do not show them to others."
                ).format(middle=f"{middle:.0%}")
            ),
        ],
        accent=ACCENT_QUIET,
    )


def alt_of_questions(shown: Sequence[AnalysedQuestion]) -> str:
    """The chart of questions in words."""
    rows = [
        _("Question {number}: {facility} right, discrimination {discrimination}.").format(
            number=number,
            facility=f"{each.statistics.facility:.0%}",
            discrimination=_index(each.statistics.discrimination),
        )
        for number, each in enumerate(shown, start=1)
    ]
    return " ".join([_("Bar chart."), *rows])


def alt_of_question(analysed: AnalysedQuestion) -> str:
    """The chart of a question's options in words."""
    rows = [
        _("{letter}, {kind}: {share}.").format(
            letter=LETTERS[position],
            kind=_("right") if analysed.question.options[position].is_key else _("wrong"),
            share=f"{share:.0%}",
        )
        for position, share in enumerate(analysed.statistics.shares)
    ]
    return " ".join([_("Bar chart of what was chosen."), *rows])


def alt_of_gaps(shown: Sequence[Gap]) -> str:
    """The chart of gaps in words."""
    rows = [
        _("{number}: {share}.").format(number=number, share=f"{gap.facility:.0%}")
        for number, gap in enumerate(shown, start=1)
    ]
    return " ".join([_("Bar chart of what is right on average, the least first."), *rows])


def alt_of_learners(found: Sequence[LearnerProgress], middle: float) -> str:
    """The chart of learners in words, without names."""
    return _("Bar chart of how many of {count} learners have how much right; the median is {middle}.").format(
        count=len(found), middle=f"{middle:.0%}"
    )


def _question_line(number: int, analysed: AnalysedQuestion) -> str:
    heading = f"**{number}.** {plain(shorten(analysed.question.stem, _MOST_STEM))}"
    return "\n".join([heading, _figures(analysed), *_advice(analysed)])


def _figures(analysed: AnalysedQuestion) -> str:
    figures = analysed.statistics
    return _(
        "{facility} right¹ · discrimination² {discrimination} · efficiency³ {efficiency} · {seconds} s⁴ · {learners}"
    ).format(
        facility=f"**{figures.facility:.0%}**",
        discrimination=_index(figures.discrimination),
        efficiency="–" if figures.efficiency is None else _signed(f"{figures.efficiency:.0%}"),
        seconds=f"{figures.median_seconds:.1f}",
        learners=ngettext("{count} learner", "{count} learners", figures.learners).format(
            count=figures.learners
        ),
    )


def _index(value: float | None) -> str:
    return "–" if value is None else _signed(f"{value:.2f}")


def _signed(number: str) -> str:
    """A number with a minus that is read as one."""
    return number.replace("-", "−")


def _advice(analysed: AnalysedQuestion) -> list[str]:
    letters = ", ".join(LETTERS[position] for position in analysed.statistics.dead)
    return [_(_ADVICE[concern]).format(letters=letters) for concern in analysed.statistics.concerns]


def _remark(asked: Question, position: int, dead: Sequence[int]) -> str:
    if asked.options[position].is_key:
        return " — **" + _("right answer") + "**"
    return " — " + _("hardly chosen") + "⁵" if position in dead else ""


def _identity(analysed: AnalysedQuestion) -> str:
    number = plain(analysed.question.id)
    return _("{question}, version {version}").format(question=number, version=analysed.version)


def _left_out(hidden: int, left_out: int) -> str:
    sentences = []
    if hidden:
        sentences.append(
            ngettext(
                "{count} more is in the menu and the file.",
                "{count} more are in the menu and the file.",
                hidden,
            )
        )
    if left_out:
        sentences.append(
            ngettext(
                "{count} that fewer than five learners answered is left out.",
                "{count} that fewer than five learners answered are left out.",
                left_out,
            )
        )
    counts = [count for count in (hidden, left_out) if count]
    return " ".join(each.format(count=count) for each, count in zip(sentences, counts, strict=True))


def _menu(analysed: Sequence[AnalysedQuestion], scope: Scope) -> ui.ActionRow[ui.LayoutView]:
    options = [
        discord.SelectOption(
            label=shorten(f"{number}. {clean(each.question.stem)}", _MOST_LABEL),
            value=str(each.statistics.question_id),
        )
        for number, each in enumerate(analysed[:_MOST_MENU], start=1)
    ]
    round_id = scope.covers.round_id
    name = ids.analysis(round_id, None if round_id is not None else scope.course_key)
    return select(_("Look at one closely"), name, options, most=1)


def _learner_line(each: LearnerProgress) -> str:
    line = _("<@{learner}> — {share} right, {answered} of {asked} answered").format(
        learner=each.learner_id, share=f"**{each.share:.0%}**", answered=each.answered, asked=each.asked
    )
    return line if each.attention is None else " · ".join([line, _(_ATTENTION[each.attention])])


def _figures_explained() -> str:
    notes = [
        _("¹ Facility: the mean mark. 100 % is easy, below 35 % is hard."),
        _(
            "² Discrimination: from −1 to 1, whether those who know the rest know this too. From 0.3 good, below 0.2 "
            "weak, below 0 something is wrong."
        ),
        _("³ Efficiency: the discrimination as a share of the most that so easy a question allows."),
        _("⁴ Half of the learners took less time."),
        _("⁵ Chosen by less than one in twenty."),
        _("The first answer that a learner gave to a question counts. The formulas are those of Moodle."),
    ]
    return "\n".join(f"-# {note}" for note in notes)
