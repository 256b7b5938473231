"""A round as a whole: what will happen, that it begins, how it stands and how it ended."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui
from discord.utils import format_dt

from bot.domain.guilds import AnswerPolicy
from bot.domain.missed_runs import PUNCTUAL
from bot.domain.round_records import RoundRecord
from bot.domain.rounds import EndReason, QuestionState
from bot.domain.scoring import ScoringRule
from bot.domain.standings import Standing
from bot.services.reviewing import RoundResult
from bot.ui import ids
from bot.ui.i18n import gettext as _
from bot.ui.i18n import ngettext
from bot.ui.layout import ACCENT_CLOSED, ACCENT_OPEN, ACCENT_QUIET, button, buttons, card, rule, text
from bot.ui.text import plain

MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}
# Podium and table share what Discord takes in a message with the heading, the hardest question and a remark.
_MOST_TABLE_TEXT = 3000


def preview(
    record: RoundRecord, *, topic: str | None, asked_for: int, warning: str | None = None
) -> ui.LayoutView:
    """What will happen, for the starter alone, with a button to begin."""
    lines = [f"### {plain(record.course_title)}", *_conditions(record, topic)]
    open_for = sum(record.limit_of(asked.position).total_seconds() for asked in record.questions)
    minutes = max(1, round((open_for + len(record.questions) * record.pause_seconds) / 60))
    lines.append(
        ngettext("It takes about {minutes} minute.", "It takes about {minutes} minutes.", minutes).format(
            minutes=minutes
        )
    )
    if len(record.questions) < asked_for:
        lines.append(
            _("You asked for {wanted} questions; {found} can be asked together.").format(
                wanted=asked_for, found=len(record.questions)
            )
        )
    if record.in_thread:
        lines.append(_("It is played in a thread of its own, below this channel."))
    return card(
        [
            text(f"-# {_('Only you see this. Nothing has started yet.')}"),
            text("\n".join(lines)),
            text(warning) if warning else None,
            buttons(
                button(_("Start"), ids.make(ids.Act.START, record.id), discord.ButtonStyle.success),
                button(_("Cancel"), ids.make(ids.Act.CANCEL, record.id)),
            ),
        ],
        accent=ACCENT_QUIET,
    )


def announcement(record: RoundRecord, *, topic: str | None) -> ui.LayoutView:
    """That a round begins, for everyone."""
    first = record.questions[0]
    lines = [
        f"## {_('Quiz: {course}').format(course=plain(record.course_title))}",
        *_conditions(record, topic),
    ]
    lines.append(_begun_by(record))
    if is_late(record) and record.planned_at is not None:
        lines.append(
            _("It was planned for {when}. Sorry for the delay.").format(
                when=format_dt(record.planned_at, "t")
            )
        )
    if first.opens_at is not None:
        lines.append(_("First question {when}").format(when=format_dt(first.opens_at, "R")))
    return card([text("\n".join(lines))], accent=ACCENT_OPEN)


def is_late(record: RoundRecord) -> bool:
    """Whether a schedule began this round later than it should have."""
    if record.planned_at is None or record.started_at is None:
        return False
    return record.started_at - record.planned_at > PUNCTUAL


def result(outcome: RoundResult) -> ui.LayoutView:
    """The podium, the whole table, the hardest question, and the way to one's own review."""
    record = outcome.record
    parts = [text(f"## {_('Result: {course}').format(course=plain(record.course_title))}")]
    ending = end_note(record.end_reason)
    if ending:
        parts.append(text(ending))
    if outcome.standings:
        parts += [text(part) for part in _podium_and_table(outcome.standings, outcome.asked) if part]
    else:
        parts.append(text(_("Nobody answered, so there is no table.")))
    if outcome.hardest is not None and outcome.hardest_outcome is not None:
        parts.append(text(_hardest(outcome)))
    actions = (
        [
            buttons(
                button(_("Review mine"), ids.make(ids.Act.REVIEW, record.id, 0), discord.ButtonStyle.primary)
            )
        ]
        if outcome.asked and not record.is_withheld
        else []
    )
    if record.is_withheld and record.stays_open_hours is not None and outcome.asked:
        parts.append(text(_stays_open(record.stays_open_hours)))
    return card([*parts, *([rule()] if actions else []), *actions], accent=ACCENT_CLOSED)


def end_note(reason: EndReason | None) -> str | None:
    """Why a round ended, where it did not simply come to its end."""
    match reason:
        case EndReason.STOPPED:
            return _("The round was stopped. All points so far are kept.")
        case EndReason.UNANSWERED:
            return _("Nobody answered three questions in a row, so the round stops here.")
        case _other:
            return None


def status(record: RoundRecord, *, answered: int) -> ui.LayoutView:
    """How a running round stands, for whoever asks."""
    asked = record.open_question
    shown = sum(1 for question in record.questions if question.message_id is not None)
    coming = next((q.opens_at for q in record.questions if q.state is QuestionState.PENDING), None)
    lines = [f"### {plain(record.course_title)}"]
    if shown:
        lines.append(_("Question {number} of {total}").format(number=shown, total=len(record.questions)))
    if asked is None and coming is not None:
        lines.append(_("Next question {when}").format(when=format_dt(coming, "R")))
    if asked is not None and asked.closes_at is not None:
        lines.append(_("Closes {when}").format(when=format_dt(asked.closes_at, "R")))
        lines.append(
            ngettext("{count} has answered", "{count} have answered", answered).format(count=answered)
        )
        if asked.message_id is not None:
            link = f"https://discord.com/channels/{record.guild_id}/{record.place_id}/{asked.message_id}"
            lines.append(_("[To the question]({link})").format(link=link))
    lines.append(_begun_by(record))
    return card([text("\n".join(lines))], accent=ACCENT_QUIET)


def confirm_stop(record: RoundRecord) -> ui.LayoutView:
    """Whether the round is really to be stopped."""
    return card(
        [
            text(f"### {_('Stop this round?')}"),
            text(_("The open question closes at once. Points that were scored are kept.")),
            buttons(
                button(_("Stop the round"), ids.make(ids.Act.STOP, record.id), discord.ButtonStyle.danger),
                button(_("Keep playing"), ids.make(ids.Act.KEEP, record.id)),
            ),
        ],
        accent=ACCENT_QUIET,
    )


def begun() -> ui.LayoutView:
    """In place of the preview, once Start was pressed."""
    return note(_("Your round begins."))


def cancelled() -> ui.LayoutView:
    """In place of the preview, once it was given up."""
    return note(_("Cancelled. Nothing was started."))


def stopped() -> ui.LayoutView:
    """In place of the question whether to stop, once it was answered."""
    return note(_("The round is stopped. All points so far are kept."))


def goes_on() -> ui.LayoutView:
    """In place of the question whether to stop, where it was not meant."""
    return note(_("The round goes on."))


def note(sentence: str) -> ui.LayoutView:
    """One sentence in place of a card that has done its work."""
    return card([text(sentence)], accent=ACCENT_QUIET)


def place_line(place: Standing, *, asked: int | None = None) -> str:
    """One row of a table: the rank in words and figures, so that a medal is never all there is; none for nothing."""
    medal = f"{MEDALS[place.rank]} " if place.rank in MEDALS and place.points else ""
    of = place.answered if asked is None else asked
    points = ngettext("{points} point", "{points} points", place.points).format(points=f"{place.points:,}")
    right = _("{right} of {asked} right").format(right=place.right, asked=of)
    return f"{medal}**{place.rank}.** <@{place.learner_id}> — {points} · {right}"


def _podium_and_table(places: Sequence[Standing], asked: int) -> tuple[str, str]:
    """The first three ranks, and below them as many of the others as a message takes."""
    room = _MOST_TABLE_TEXT
    lines: tuple[list[str], list[str]] = ([], [])
    for shown, place in enumerate(places):
        line = place_line(place, asked=asked)
        room -= len(line) + 1
        if room < 0:
            more = _("and {count} more: /leaderboard shows the whole round").format(count=len(places) - shown)
            lines[1].append(more)
            break
        lines[place.rank > len(MEDALS)].append(line)
    return "\n".join(lines[0]), "\n".join(lines[1])


def _begun_by(record: RoundRecord) -> str:
    starter = f"<@{record.starter_id}>"
    if record.schedule_id is not None:
        return _("Scheduled by {starter}.").format(starter=starter)
    return _("Started by {starter}.").format(starter=starter)


def _hardest(outcome: RoundResult) -> str:
    assert outcome.hardest is not None
    assert outcome.hardest_outcome is not None
    heading = _("Hardest question: {number}").format(number=outcome.hardest.position + 1)
    told = _("{right} of {answered} right").format(
        right=outcome.hardest_outcome.right, answered=outcome.hardest_outcome.answered
    )
    return f"**{heading}** ({told})\n{plain(outcome.hardest.question.stem)}"


def _conditions(record: RoundRecord, topic: str | None) -> list[str]:
    count = len(record.questions)
    lines = []
    if topic is not None:
        lines.append(_("Topic: {topic}").format(topic=plain(topic)))
    questions = ngettext("{count} question", "{count} questions", count).format(count=count)
    lines.append(
        _("{questions}, {seconds} seconds each").format(questions=questions, seconds=record.limit_seconds)
    )
    if any(
        record.limit_of(asked.position).total_seconds() > record.limit_seconds for asked in record.questions
    ):
        lines.append(_("Questions that take longer to answer stay open longer."))
    if record.scoring is ScoringRule.SPEED:
        lines.append(_("Everyone who is right scores, and more the sooner the answer comes."))
    else:
        lines.append(_("Everyone who is right scores the same, however long it took."))
    if record.answer_policy is AnswerPolicy.CHANGEABLE:
        lines.append(_("An answer can be changed until its question closes."))
    else:
        lines.append(_("One answer each; it is final."))
    if record.stays_open_hours is not None:
        lines.append(_stays_open(record.stays_open_hours))
    return lines


def _stays_open(hours: int) -> str:
    return ngettext(
        "It stays open {hours} hour longer for those who were absent; the answers are explained after that.",
        "It stays open {hours} hours longer for those who were absent; the answers are explained after that.",
        hours,
    ).format(hours=hours)
