"""What a person is told when something cannot be done: one private sentence that says what to do."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain import refusals
from bot.domain.recurrence import ImpossibleRecurrence
from bot.domain.rounds import EndReason
from bot.domain.rulings import Obstacle
from bot.domain.schedule_refusals import ScheduleRefusal
from bot.errors import BrokenOff, Refusal
from bot.ui import assignment_errors, schedule_errors
from bot.ui.answer_notes import choice_text
from bot.ui.i18n import gettext as _
from bot.ui.i18n import lazy
from bot.ui.permission_names import named
from bot.ui.text import plain

Sentence = Callable[[], str]

# Refusals that carry nothing say one thing each.
_SENTENCES: dict[type[Refusal], Sentence] = {
    refusals.QuestionClosed: lambda: _("This question is closed, so the answer does not count."),
    refusals.QuestionStillOpen: lambda: _("This question is still open. The key comes when it closes."),
    refusals.NothingChosen: lambda: _("That is not one of the options. Choose one that is on the card."),
    refusals.AnswerNotSaved: lambda: _(
        "Your answer could not be saved, so it does not count yet. Please answer again in a moment."
    ),
    refusals.RoundRunning: lambda: _(
        "A round is already running in this channel. Wait for its end, stop it with /quiz stop, or start yours in "
        "a thread of its own."
    ),
    refusals.NoRoundRunning: lambda: _("No round is running in this channel. Start one with /quiz start."),
    refusals.NoRoundYet: lambda: _("No round has been played here yet. Start one with /quiz start."),
    refusals.NoThreadHere: lambda: _(
        "Threads can be made in text channels only. Start the round here without the option “thread”."
    ),
    refusals.ProposalGone: lambda: _(
        "This preview was used already or is too old. Use /quiz start again for a new one."
    ),
    refusals.NotYourRound: lambda: _("Only the person who started the round, or an instructor, can do that."),
    refusals.InstructorsOnly: lambda: _(
        "This is for instructors: people who may manage this server, or have the role set in /settings "
        "instructors."
    ),
    refusals.StartersOnly: lambda: _("On this server, only instructors start rounds. Ask one of them."),
    refusals.OnlyInServers: lambda: _("This works in a server only, not in a private conversation."),
    refusals.NotServedHere: lambda: _(
        "I cannot keep anything at this moment, so this was not done: I am being moved to another machine, or have "
        "lost touch with my database. Please try again in a few seconds."
    ),
    refusals.AlreadyReported: lambda: _(
        "You have reported this question already. An instructor will look at it."
    ),
    refusals.CoursesBeingRead: lambda: _(
        "The courses are being read again at this moment. Look at the outcome in a minute, or try again then."
    ),
    refusals.ProblemMissing: lambda: _("Nothing was reported yet. Say also what is wrong with the question."),
    refusals.AlreadySettled: lambda: _(
        "This report was settled before. See what still waits with /bank report."
    ),
    refusals.NothingToDispute: lambda: _(
        "You did not answer this question, so there is no mark of yours to dispute."
    ),
    refusals.EmptyCase: lambda: _("Please write in a sentence why your answer should count."),
    refusals.EmptyReason: lambda: _(
        "Please write in a sentence why: those whose marks change are told it. Nothing was changed."
    ),
    refusals.NotThisServer: lambda: _("That belongs to another server."),
    BrokenOff: lambda: _(
        "The part of me that works this out stopped before it was done, perhaps for want of memory. Please try again; if "
        "that helps nothing, tell whoever runs me."
    ),
    refusals.NoMarksYet: lambda: _("There are no marks yet: nobody has answered a question that is closed."),
    refusals.TooFewLearners: lambda: _(
        "Fewer than five learners have answered, so there are no figures: they would say little of the questions, "
        "and too much of each learner. Choose a whole course, or wait until more have answered."
    ),
    **assignment_errors.SENTENCES,
}

_OBSTACLES = {
    Obstacle.COUNTS_ALREADY: lazy("This answer counts in full already."),
    Obstacle.IS_THE_KEY: lazy("This is the key already."),
    Obstacle.ONLY_TWO_ANSWERS: lazy(
        "A statement is true or false: if both should count, void the question, so that all get its points."
    ),
    Obstacle.NO_WRONG_ONE_LEFT: lazy(
        "Every option would count then: void the question instead, so that all get its points."
    ),
    Obstacle.NOT_AN_ANSWER: lazy("This cannot be an answer to the question."),
    Obstacle.VOIDED_ALREADY: lazy("The question is voided in this way already."),
}


def sentence(refusal: Refusal) -> str:  # noqa: C901, PLR0911, PLR0912 - one sentence each
    """The sentence for a refusal."""
    match refusal:
        case refusals.AlreadyAnswered():
            return _("You have already answered {choice}. Answers are final here.").format(
                choice=choice_text(refusal.choice)
            )
        case refusals.AnsweredSince():
            return _("This choice reached me late: you have chosen {choice} since, and that counts.").format(
                choice=choice_text(refusal.choice)
            )
        case refusals.UnknownCourse():
            return _("There is no course “{asked}”. Courses: {known}.").format(
                asked=plain(refusal.asked), known=_listed(refusal.known)
            )
        case refusals.UnknownTopic():
            return _("This course has no topic “{asked}”. Topics: {known}.").format(
                asked=plain(refusal.asked), known=_listed(refusal.known)
            )
        case refusals.UnknownQuestion():
            return _unknown_question(refusal)
        case refusals.NoQuestions():
            return _("There is no question to ask in {course} with these choices. Try another topic.").format(
                course=plain(refusal.course)
            )
        case refusals.UnknownTimezone():
            return _unknown_timezone(refusal)
        case refusals.AlreadyRuled():
            return _("<@{instructor}> has ruled on this dispute already. Nothing was changed.").format(
                instructor=refusal.instructor_id
            )
        case refusals.RulingUndone():
            return _("<@{instructor}> has undone this ruling already. Nothing was changed.").format(
                instructor=refusal.instructor_id
            )
        case refusals.RulingImpossible():
            return f"{_(_OBSTACLES[refusal.obstacle])} {_('Nothing was changed.')}"
        case refusals.ChannelForAll():
            return _(
                "Everyone here can read <#{channel}>, and learners must not see keys or each other's answers. Choose "
                "a channel that only instructors see, or hide this one from @everyone first."
            ).format(channel=refusal.channel_id)
        case refusals.MissingPermissions():
            return _("I may not do this here yet. Please give me in this channel: {names}.").format(
                names=named(refusal.names)
            )
        case ImpossibleRecurrence() | ScheduleRefusal():
            return schedule_errors.sentence(refusal)
        case _other if type(refusal) in _SENTENCES:
            return _SENTENCES[type(refusal)]()
        case _other:
            return assignment_errors.sentence(refusal)


def unexpected(reference: str) -> str:
    """What is said when the fault is ours."""
    return _("Something went wrong on my side; nothing you did is lost. Reference: {reference}").format(
        reference=reference
    )


def round_ended(reason: EndReason, *, course: str, channel: str, missing: tuple[str, ...]) -> str:
    """What the starter of a round is told when it could not go on.

    Args:
        reason: why it ended.
        course: its title.
        channel: a mention of its channel, or its name where it is gone.
        missing: the permissions that the bot would have needed, by discord.py's names.
    """
    heading = _("Your round “{course}” in {channel} has ended early.").format(
        course=plain(course), channel=channel
    )
    match reason:
        case EndReason.CHANNEL_GONE:
            cause = _("The channel or thread is gone.")
        case EndReason.MISSING_PERMISSION:
            cause = _("I may no longer post there. Please give me: {permission}.").format(
                permission=named(missing or ("view_channel", "send_messages"))
            )
        case EndReason.REFUSED_BY_DISCORD:
            cause = _("Discord does not take my messages there; perhaps the thread is locked.")
        case _other:
            cause = _("I was removed from the server.")
    return f"{heading} {cause} {_('All points so far are kept.')}"


def _unknown_question(refusal: refusals.UnknownQuestion) -> str:
    if refusal.near:
        return _("No question has the id “{asked}”. Did you mean {near}?").format(
            asked=plain(refusal.asked), near=_listed(refusal.near)
        )
    return _("No question has the id “{asked}”. Find it with /bank search.").format(
        asked=plain(refusal.asked)
    )


def _unknown_timezone(refusal: refusals.UnknownTimezone) -> str:
    if refusal.near:
        return _("There is no time zone “{asked}”. Did you mean {near}?").format(
            asked=plain(refusal.asked), near=_listed(refusal.near)
        )
    return _(
        "There is no time zone “{asked}”. Type a city, such as Shanghai, and choose from the list."
    ).format(asked=plain(refusal.asked))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(plain(name) for name in names) or _("none")
