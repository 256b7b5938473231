"""What must hold after every fault; each sentence that comes out of here is a violation."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.guilds import GuildSettings
from bot.storage import standings
from bot.storage.database import Database
from tests.faults.world import Promise
from tests.process.standin import GUILD

if TYPE_CHECKING:
    from tests.faults.arena import Arena, Case

Answers = dict[tuple[int, int], list[str]]


async def violations(there: Arena, case: Case) -> list[str]:
    """Look at everything: receipts, answers, standings, rounds, posts, the log."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(there.program.file, Path(folder))
        found = unkept(there.world.promises, copy)
        found += overtaken(copy)
        found += await _standings(copy)
        found += _rounds(copy, case)
        found += _revealed(copy, there)
    found += [f"posted twice: {what}" for what in there.world.posted_twice()]
    found += [f"asked for what the stand-in does not know: {what}" for what in there.world.unknown]
    found += [f"the log does not say {words!r}" for words in case.says if words not in there.program.log()]
    found += _traces(there.program.log(), case)
    return found


def copied(file: Path, folder: Path) -> Path:
    """A database with all that belongs to it, copied as it lies there: nobody's recovery is done for him."""
    for name in (file.name, f"{file.name}-wal"):
        if (file.parent / name).exists():
            shutil.copy(file.parent / name, folder / name)
    return folder / file.name


def unkept(promises: list[Promise], file: Path) -> list[str]:
    """Receipts whose answers are not in the database, once each and as they were given."""
    with closing(sqlite3.connect(file)) as raw:
        rows = raw.execute(
            "SELECT round_question_id, learner_id, chosen FROM answers ORDER BY 1, 2, revision"
        )
        kept: Answers = {}
        for question, learner, chosen in rows:
            kept.setdefault((question, learner), []).append(chosen)
        orders = {
            number: [int(part) for part in order.split(",")]
            for number, order in raw.execute("SELECT id, option_order FROM round_questions")
        }
    owed: Answers = {}
    for promise in promises:
        chosen = (
            str(orders[promise.round_question_id][promise.shown])
            if promise.round_question_id in orders
            else "?"
        )
        owed.setdefault((promise.round_question_id, promise.learner_id), []).append(chosen)
    found = []
    for (question, learner), wanted in owed.items():
        there = Counter(kept.get((question, learner), []))
        if Counter(wanted) - there:
            found.append(
                f"learner {learner} has a receipt for {wanted} to question {question}; kept is {sorted(there)}"
            )
    return found


def overtaken(file: Path) -> list[str]:
    """Answers that count though their learner has changed them since."""
    with closing(sqlite3.connect(file)) as raw:
        rows = raw.execute(
            "SELECT a.round_question_id, a.learner_id FROM answers a JOIN answers b "
            "USING (round_question_id, learner_id) WHERE a.revision > b.revision AND a.answered_at < b.answered_at"
        )
        return [
            f"learner {learner} changed question {question} in another order" for question, learner in rows
        ]


async def _standings(file: Path) -> list[str]:
    def rows() -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(file)) as raw:
            return raw.execute("SELECT * FROM standings ORDER BY 1, 2, 3, 4").fetchall()

    before = rows()
    database = Database(f"sqlite+aiosqlite:///{file}")
    try:
        async with database.write() as session:
            await standings.rebuild(session, GUILD, GuildSettings(GUILD).zone)
    finally:
        await database.close()
    return [] if rows() == before else ["the standings differ from their recomputation"]


def _rounds(file: Path, case: Case) -> list[str]:
    with closing(sqlite3.connect(file)) as raw:
        rounds = raw.execute(
            "SELECT id, state, end_reason FROM rounds WHERE state NOT IN ('proposed', 'cancelled')"
        ).fetchall()
    found = [] if rounds else ["no round was played"]
    for number, state, reason in rounds:
        if state != "ended":
            found.append(f"round {number} is {state}")
        elif reason not in case.ends:
            found.append(f"round {number} ended for {reason}, not {' or '.join(case.ends)}")
    return found


def _revealed(file: Path, there: Arena) -> list[str]:
    with closing(sqlite3.connect(file)) as raw:
        shown = {
            str(number)
            for (number,) in raw.execute("SELECT id FROM round_questions WHERE state = 'revealed'")
        }
    counted = there.world.reveals()
    return [
        f"question {number} is revealed {counted[number]} times"
        for number in shown - there.world.unseen
        if counted[number] != 1
    ] + [f"question {number} is revealed in the channel alone" for number in counted if number not in shown]


def _traces(log: str, case: Case) -> list[str]:
    """Tracebacks that nobody expects with this fault; each by its last line."""
    found = []
    for trace in re.split(r"^Traceback \(most recent call last\):$", log, flags=re.MULTILINE)[1:]:
        last = next((line for line in trace.splitlines() if line and not line.startswith(" ")), "")
        if not any(expected in last for expected in case.traces):
            found.append(f"an unexpected traceback: {last[:200]}")
    return found
