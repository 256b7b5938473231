"""Every table. Change here, then add a migration (`docs/contributors.md` tells how)."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.storage.database import UTCDateTime
from bot.storage.table_options import WITHOUT_ROWID, apply_options, only_where

# SQLite only numbers rows by itself in a column of the exact type INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """The registry of tables; names of constraints are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UTCDateTime()}  # noqa: RUF012 - SQLAlchemy's own idiom


apply_options(Base.metadata)


class GuildRow(Base):
    """What a server has set; absent means the defaults."""

    __tablename__ = "guilds"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    timezone: Mapped[str] = mapped_column(String(64))
    instructor_role_id: Mapped[int | None] = mapped_column(BigInteger)
    who_may_start: Mapped[str] = mapped_column(String(16))
    answer_policy: Mapped[str] = mapped_column(String(16))
    instructors_channel_id: Mapped[int | None] = mapped_column(BigInteger)


class CourseRow(Base):
    """A course that was ever published; ``content`` is the course without its questions, as JSON."""

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[str | None] = mapped_column(Text)


class QuestionRow(Base):
    """One version of a question, whole, as JSON; a version that was asked is never changed."""

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("course_id", "key", "version"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    key: Mapped[str] = mapped_column(String(120))
    version: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    is_current: Mapped[bool]
    content: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]


class RoundRow(Base):
    """A round. ``channel_id`` is where it was asked for, ``thread_id`` where it is played, if in a thread.

    ``kind`` tells live rounds from papers (the questions of an assignment) and attempts (one learner's answers to a
    paper; ``starter_id`` is the learner). While ``is_withheld``, its keys are told to nobody, even if it is over.
    ``schedule_id`` is the schedule that began it, if one did; that row stays when the schedule is deleted.
    ``digest`` says how its digest stands, where one is wanted.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        Index(
            "uq_rounds_running_channel",
            "channel_id",
            unique=True,
            info=only_where("state = 'running' AND NOT in_thread"),
        ),
        Index("ix_rounds_state", "state"),
        Index("ix_rounds_guild_id_ended_at", "guild_id", "ended_at"),
        Index("ix_rounds_schedule_id", "schedule_id"),
        Index("ix_rounds_digest", "digest", info=only_where("digest = 'due'")),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    channel_id: Mapped[int] = mapped_column(BigInteger)
    in_thread: Mapped[bool]
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    starter_id: Mapped[int] = mapped_column(BigInteger)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    topic: Mapped[str | None] = mapped_column(String(80))
    limit_seconds: Mapped[int]
    pause_seconds: Mapped[int]
    scoring: Mapped[str] = mapped_column(String(16))
    answer_policy: Mapped[str] = mapped_column(String(16))
    seed: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16))
    end_reason: Mapped[str | None] = mapped_column(String(32))
    proposed_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    announcement_id: Mapped[int | None] = mapped_column(BigInteger)
    result_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(16), server_default="live")
    is_withheld: Mapped[bool] = mapped_column(server_default=false())
    stays_open_hours: Mapped[int | None]
    schedule_id: Mapped[int | None] = mapped_column(BigInteger)
    planned_at: Mapped[datetime | None]
    digest: Mapped[str | None] = mapped_column(String(16))


class RoundQuestionRow(Base):
    """A question as one round asks it; ``option_order`` is the order shown ("2,0,3,1")."""

    __tablename__ = "round_questions"
    __table_args__ = (
        UniqueConstraint("round_id", "position"),
        Index("ix_round_questions_state", "state"),
        Index("ix_round_questions_question_id", "question_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    position: Mapped[int]
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    option_order: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    answered: Mapped[int]


class AnswerRow(Base):
    """What a learner answered; append-only.

    Where answers may be changed, each change is a further revision and the highest one counts; where they are
    final there is revision 0 alone. ``chosen`` holds positions in the question's own terms ("0,2"), ``typed`` what
    was typed.
    """

    __tablename__ = "answers"
    __table_args__ = (WITHOUT_ROWID,)

    round_question_id: Mapped[int] = mapped_column(ForeignKey("round_questions.id"), primary_key=True)
    learner_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chosen: Mapped[str] = mapped_column(String(32))
    typed: Mapped[str | None] = mapped_column(String(120))
    answered_at: Mapped[datetime]
    elapsed_ms: Mapped[int]
    fraction: Mapped[float]
    points: Mapped[int]


class BoardRow(Base):
    """A board that learners stand on: a course in a period. ``course_id`` 0 stands for all courses together.

    While a single course counts in a period, its board is that of all courses too; from the second on there is a row
    of its own for all of them.
    """

    __tablename__ = "boards"
    __table_args__ = (UniqueConstraint("guild_id", "period", "course_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    period: Mapped[str] = mapped_column(String(32))
    course_id: Mapped[int]


class StandingRow(Base):
    """What a learner has gathered on one board; can always be rebuilt from the answers.

    A close writes thousands of these, so they are narrow, and no foreign key looks for their board.
    """

    __tablename__ = "standings"
    __table_args__ = (WITHOUT_ROWID,)

    board_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    learner_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    points: Mapped[int]
    right: Mapped[int]
    answered: Mapped[int]


# A board's order, which SQLite walks only where the index has it just so.
Index("ix_standings_order", StandingRow.board_id, StandingRow.points.desc(), StandingRow.learner_id)


class PointCountRow(Base):
    """How many learners of a board have so many whole thousands of points: a rank is a sum of these.

    A row may say that nobody has.
    """

    __tablename__ = "point_counts"
    __table_args__ = (WITHOUT_ROWID,)

    board_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    thousands: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    learners: Mapped[int]


class DepartureRow(Base):
    """A learner who is known to have left a server: hidden on its boards, kept in its data."""

    __tablename__ = "departures"

    guild_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    learner_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    noticed_at: Mapped[datetime]


class ShardLeaseRow(Base):
    """Which process acts for the servers of a shard; the rules are in `domain/leases.py`."""

    __tablename__ = "shard_leases"

    shard_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shard_count: Mapped[int]
    token: Mapped[int] = mapped_column(BigInteger)
    holder: Mapped[str | None] = mapped_column(String(120))
    holder_name: Mapped[str | None] = mapped_column(String(120))
    until: Mapped[datetime]
    wanted_at: Mapped[datetime | None]


class AssignmentRow(Base):
    """Questions to be answered at one's own pace until a close.

    ``round_id`` is the round whose questions are asked: a paper, or the live round that stays open.
    ``is_close_shown`` says that the channel has been told of the close.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        Index("ix_assignments_state", "state"),
        Index("ix_assignments_guild_id_state", "guild_id", "state"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    channel_id: Mapped[int] = mapped_column(BigInteger)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), unique=True)
    creator_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16))
    proposed_at: Mapped[datetime]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    attempts_allowed: Mapped[int]
    attempt_policy: Mapped[str] = mapped_column(String(16))
    limit_minutes: Mapped[int | None]
    question_seconds: Mapped[int | None]
    explain: Mapped[str] = mapped_column(String(16))
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    is_close_shown: Mapped[bool]


class AttemptRow(Base):
    """One learner's attempt at an assignment; its answers are those to the questions of its round."""

    __tablename__ = "attempts"
    __table_args__ = (UniqueConstraint("assignment_id", "learner_id", "number"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True, autoincrement=False)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    learner_id: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int]
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(16))


class AccommodationRow(Base):
    """More time for one learner: everywhere in a server (``assignment_id`` 0), or in one assignment. Private."""

    __tablename__ = "accommodations"

    guild_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    learner_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    assignment_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    factor: Mapped[float | None]
    closes_at: Mapped[datetime | None]
    granted_by: Mapped[int] = mapped_column(BigInteger)
    granted_at: Mapped[datetime]


class ReminderRow(Base):
    """A learner who asked to be reminded before an assignment closes."""

    __tablename__ = "reminders"

    assignment_id: Mapped[int] = mapped_column(
        ForeignKey("assignments.id"), primary_key=True, autoincrement=False
    )
    learner_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    asked_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class DisabledQuestionRow(Base):
    """A question that a server does not want to be asked; in every version of it, until it is enabled again."""

    __tablename__ = "disabled_questions"

    guild_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True, autoincrement=False)
    question_key: Mapped[str] = mapped_column(String(120), primary_key=True)
    reason: Mapped[str | None] = mapped_column(String(300))
    disabled_by: Mapped[int] = mapped_column(BigInteger)
    disabled_at: Mapped[datetime]


class QuestionReportRow(Base):
    """What somebody finds wrong with a version of a question; it waits until ``settled_at``."""

    __tablename__ = "question_reports"
    __table_args__ = (Index("ix_question_reports_guild_id_settled_at", "guild_id", "settled_at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    reporter_id: Mapped[int] = mapped_column(BigInteger)
    problem: Mapped[str] = mapped_column(String(500))
    reported_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(BigInteger)


class ScheduleRow(Base):
    """A schedule of rounds. Dates are ISO 8601, ``local_time`` is HH:MM, lists have commas between their parts.

    What each column means stands at `domain.schedules.Schedule` and `domain.recurrence.Recurrence`.
    """

    __tablename__ = "schedules"
    __table_args__ = (Index("ix_schedules_guild_id_state", "guild_id", "state"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    channel_id: Mapped[int] = mapped_column(BigInteger)
    owner_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(16))
    pause_reason: Mapped[str | None] = mapped_column(String(32))
    revision: Mapped[int]
    created_at: Mapped[datetime]
    replaces_id: Mapped[int | None] = mapped_column(BigInteger)

    course: Mapped[str | None] = mapped_column(String(80))
    topic: Mapped[str | None] = mapped_column(String(80))
    questions: Mapped[int]
    limit_seconds: Mapped[int]
    pause_seconds: Mapped[int]
    scoring: Mapped[str] = mapped_column(String(16))
    in_thread: Mapped[bool]

    every: Mapped[str] = mapped_column(String(16))
    local_time: Mapped[str] = mapped_column(String(5))
    zone: Mapped[str] = mapped_column(String(64))
    start_date: Mapped[str] = mapped_column(String(10))
    until: Mapped[str | None] = mapped_column(String(10))
    run_count: Mapped[int | None]
    run_interval: Mapped[int]
    weekdays: Mapped[str] = mapped_column(String(16))
    month_day: Mapped[int | None]
    nth_weekday: Mapped[int | None]
    short_month: Mapped[str] = mapped_column(String(8))
    skip_dates: Mapped[str] = mapped_column(Text)

    when_missed: Mapped[str] = mapped_column(String(16))
    grace_minutes: Mapped[int]
    announce_minutes: Mapped[int | None]
    role_id: Mapped[int | None] = mapped_column(BigInteger)
    wants_event: Mapped[bool]
    wants_digest: Mapped[bool] = mapped_column(server_default=false())

    last_run_at: Mapped[datetime | None]
    last_day: Mapped[str | None] = mapped_column(String(10))
    waiting_for: Mapped[datetime | None]
    announced_for: Mapped[datetime | None]
    announcing_at: Mapped[datetime | None]
    announced_in: Mapped[int | None] = mapped_column(BigInteger)
    announcement_id: Mapped[int | None] = mapped_column(BigInteger)
    owes_notice: Mapped[bool] = mapped_column(server_default=false(), default=False)
    event_for: Mapped[datetime | None]
    event_id: Mapped[int | None] = mapped_column(BigInteger)


class RulingRow(Base):
    """What an instructor ruled of one version of a question, for his server; never deleted, at most undone.

    ``chosen`` and ``typed`` hold the answer that is accepted or becomes the key, as in `AnswerRow`.
    """

    __tablename__ = "rulings"
    __table_args__ = (Index("ix_rulings_guild_id_question_id", "guild_id", "question_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    kind: Mapped[str] = mapped_column(String(16))
    chosen: Mapped[str] = mapped_column(String(32))
    typed: Mapped[str | None] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(400))
    instructor_id: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    changed: Mapped[int]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(BigInteger)
    undone_reason: Mapped[str | None] = mapped_column(String(400))


class DisputeRow(Base):
    """A learner's case against the mark of his answer; one for each learner and version of a question.

    ``ruling_id`` is None while it waits. ``card_*`` say where instructors have its card, and ``is_card_due`` whether
    that must be posted, or changed.
    """

    __tablename__ = "disputes"
    __table_args__ = (
        UniqueConstraint("guild_id", "question_id", "learner_id"),
        Index("ix_disputes_is_card_due", "is_card_due"),
        Index("ix_disputes_ruling_id", "ruling_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    round_question_id: Mapped[int] = mapped_column(ForeignKey("round_questions.id"))
    learner_id: Mapped[int] = mapped_column(BigInteger)
    case_text: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    ruling_id: Mapped[int | None] = mapped_column(ForeignKey("rulings.id"))
    card_channel_id: Mapped[int | None] = mapped_column(BigInteger)
    card_message_id: Mapped[int | None] = mapped_column(BigInteger)
    is_card_due: Mapped[bool]


class MarkNoticeRow(Base):
    """What a learner is still to be told, or was told, of a ruling or of its undoing.

    ``before`` and ``after`` are the points of all his answers to the version together; ``state`` is one of
    `domain.disputes.NoticeState`.
    """

    __tablename__ = "mark_notices"
    __table_args__ = (
        UniqueConstraint("ruling_id", "is_undoing", "learner_id"),
        Index("ix_mark_notices_state_guild_id", "state", "guild_id", "learner_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    ruling_id: Mapped[int] = mapped_column(ForeignKey("rulings.id"))
    is_undoing: Mapped[bool]
    learner_id: Mapped[int] = mapped_column(BigInteger)
    before: Mapped[int]
    after: Mapped[int]
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
