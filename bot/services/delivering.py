"""What is still to be brought to people of disputes and rulings: cards for instructors, notices for learners.

Each is noted in the database before it is sent and ticked off after, so that a crash loses none; who sends them looks
for his own message first where he cannot know, so that none comes twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.disputes import Dispute, MarkNotice, NoticeState
from bot.domain.shards import Shards
from bot.storage import disputes, mark_notices
from bot.storage.database import Database


async def guilds_due(database: Database, shards: Shards) -> frozenset[int]:
    """The shards' servers in which something is to be brought to somebody."""
    async with database.read() as session:
        found = {
            *await disputes.guilds_with_cards_due(session),
            *await mark_notices.guilds_waiting(session),
        }
    return frozenset(guild_id for guild_id in found if shards.have(guild_id))


async def cards_due(database: Database, guild_id: int, *, most: int) -> Sequence[Dispute]:
    """Disputes whose card must be posted or changed, oldest first."""
    async with database.read() as session:
        return await disputes.cards_due(session, guild_id, most)


async def record_card(
    database: Database, shown: Dispute, *, channel_id: int | None, message_id: int | None
) -> None:
    """The card stands there, and shows the dispute as it was given here."""
    async with database.write() as session:
        await disputes.record_card(session, shown, channel_id=channel_id, message_id=message_id)


async def notices_waiting(database: Database, guild_id: int, *, most: int) -> Sequence[MarkNotice]:
    """What learners are still to be told, oldest first."""
    async with database.read() as session:
        return await mark_notices.in_state(session, guild_id, NoticeState.WAITING, most=most)


async def record_notice(database: Database, notice_id: int, state: NoticeState) -> None:
    """What became of telling it."""
    async with database.write() as session:
        await mark_notices.set_state(session, [notice_id], state)
