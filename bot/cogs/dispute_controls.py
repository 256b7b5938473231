"""Disputes and rulings by buttons and forms. Who may is checked at each click, and again when a form comes in."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import discord

from bot.cogs import access, replies
from bot.cogs.access import Interaction, guild_id_of
from bot.cogs.answer_controls import Handler, form_values
from bot.cogs.courier import Courier
from bot.domain.disputes import DisputeFile
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.question_types.rules import Submission
from bot.domain.refusals import AlreadyRuled, RulingUndone
from bot.domain.round_records import LETTERED
from bot.domain.rulings import RulingKind
from bot.services import disputing, originals, ruling
from bot.services.context import ServiceContext
from bot.ui import dispute_cards, dispute_forms
from bot.ui.ids import Act, Pressed

if TYPE_CHECKING:
    from discord.types.interactions import SelectMessageComponentInteractionData

_WITH_ANSWER = (RulingKind.ACCEPT, RulingKind.REKEY)


class DisputeControls:
    """The handlers of everything with which a mark is disputed and a dispute is ruled on."""

    def __init__(self, context: ServiceContext, courier: Courier) -> None:
        self._context = context
        self._courier = courier
        self.handlers: Mapping[Act, Handler] = {
            Act.DISPUTE: self._dispute,
            Act.DISPUTED: self._disputed,
            Act.DISPUTE_FILE: self._look,
            Act.RULE: self._open_ruling,
            Act.RULED: self._rule,
            Act.UNDO: self._open_undoing,
            Act.UNDONE: self._undo,
            Act.PATCH: self._patch,
        }

    async def tell_shelved(self, interaction: Interaction) -> None:
        """Show a learner, beside what he asked for, what could not be sent to him."""
        guild_id = guild_id_of(interaction)
        shelved = await disputing.shelved_notices(self._context.database, guild_id, interaction.user.id)
        for notice in shelved:
            await replies.show(interaction, dispute_cards.notice(notice))
        if shelved:
            await disputing.notices_shown(self._context.database, shelved)

    async def _dispute(self, interaction: Interaction, pressed: Pressed) -> None:
        """The form, or how one's dispute stands."""
        guild_id, learner_id = guild_id_of(interaction), interaction.user.id
        asked, _answer = await disputing.disputable(
            self._context.database, pressed.number(0), guild_id=guild_id, learner_id=learner_id
        )
        own = await disputing.own_dispute(
            self._context.database, asked.id, guild_id=guild_id, learner_id=learner_id
        )
        if own is not None:
            await replies.show(interaction, dispute_cards.own_state(own))
            return
        await interaction.response.send_modal(dispute_forms.case_form(asked))

    async def _disputed(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = guild_id_of(interaction)
        (case,) = form_values(interaction) or [""]
        now = self._context.clock()
        own = await disputing.open_dispute(
            self._context.database,
            pressed.number(0),
            guild_id=guild_id,
            learner_id=interaction.user.id,
            case=case,
            now=now,
        )
        self._courier.wake(guild_id)
        await replies.show(interaction, dispute_cards.own_state(own, is_new=own.dispute.opened_at == now))

    async def _look(self, interaction: Interaction, _pressed: Pressed) -> None:
        """One of the list."""
        guild_id = await access.instructors_guild(interaction, self._context)
        data = cast("SelectMessageComponentInteractionData", interaction.data)
        (chosen,) = data["values"]
        file = await disputing.dispute_file(self._context.database, int(chosen), guild_id=guild_id)
        await replies.show(interaction, await self._courier.card(file))

    async def _open_ruling(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = await access.instructors_guild(interaction, self._context)
        file = await disputing.dispute_file(self._context.database, pressed.number(0), guild_id=guild_id)
        if file.ruling is not None:
            raise AlreadyRuled(file.ruling.instructor_id)
        await interaction.response.send_modal(dispute_forms.ruling_form(file, _kind(pressed)))

    async def _rule(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = await access.instructors_guild(interaction, self._context)
        # A version that many have answered takes a while to mark.
        await replies.think(interaction)
        file = await disputing.dispute_file(self._context.database, pressed.number(0), guild_id=guild_id)
        kind, given = _kind(pressed), form_values(interaction)
        made = await ruling.rule(
            self._context.database_for(guild_id),
            self._context.live,
            file.dispute.id,
            kind,
            reason=given[-1] if given else "",
            given=_submission(file, given[:-1]) if kind in _WITH_ANSWER else None,
            guild_id=guild_id,
            instructor_id=interaction.user.id,
            now=self._context.clock(),
            default_timezone=self._context.default_timezone,
        )
        self._courier.wake(guild_id)
        await replies.show(interaction, dispute_cards.ruling_made(file, made))

    async def _open_undoing(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = await access.instructors_guild(interaction, self._context)
        found = await ruling.find(self._context.database, pressed.number(1), guild_id=guild_id)
        if found.undone_by is not None:
            raise RulingUndone(found.undone_by)
        await interaction.response.send_modal(dispute_forms.undo_form(pressed.number(0), found.id))

    async def _undo(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = await access.instructors_guild(interaction, self._context)
        await replies.think(interaction)
        given = form_values(interaction)
        made = await ruling.undo(
            self._context.database_for(guild_id),
            self._context.live,
            pressed.number(1),
            reason=given[-1] if given else "",
            guild_id=guild_id,
            instructor_id=interaction.user.id,
            now=self._context.clock(),
            default_timezone=self._context.default_timezone,
        )
        self._courier.wake(guild_id)
        await replies.show(interaction, dispute_cards.ruling_undone(made))

    async def _patch(self, interaction: Interaction, pressed: Pressed) -> None:
        """The ruling as a change of the course's files."""
        guild_id = await access.instructors_guild(interaction, self._context)
        await replies.think(interaction)
        database = self._context.database
        file = await disputing.dispute_file(database, pressed.number(0), guild_id=guild_id)
        question, found = await originals.ruled_version(database, pressed.number(1), guild_id=guild_id)
        patch = await self._context.originals.patch(file.name.course_key, question, found)
        if patch is None:
            await replies.say(interaction, dispute_cards.patch_note(None))
            return
        diff = discord.File(io.BytesIO(patch.encode()), filename=f"ruling-{found.id}.diff")
        await interaction.followup.send(dispute_cards.patch_note(patch), file=diff, ephemeral=True)


def _kind(pressed: Pressed) -> RulingKind:
    return dispute_cards.KINDS[pressed.number(1)]


def _submission(file: DisputeFile, given: list[str]) -> Submission:
    """The answer that an instructor named: chosen in a menu, or written."""
    if QUESTION_TYPES[file.asked.question.type].control in LETTERED:
        return Submission(tuple(int(value) for value in given))
    return Submission(text=given[0] if given else "")
