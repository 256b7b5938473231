"""Every click on a card, and every form: one listener, by the component's name. No view is kept for any message."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.cogs import access, replies
from bot.cogs.access import Interaction, guild_id_of, require_owner
from bot.cogs.analysis import AnalysisControls
from bot.cogs.answer_controls import AnswerControls, Handler
from bot.cogs.assignment_desk import AssignmentDesk
from bot.cogs.assignment_keeper import AssignmentKeeper
from bot.cogs.attempts import Attempts
from bot.cogs.bank_controls import BankControls
from bot.cogs.boards import BoardReader
from bot.cogs.conductor import Conductor
from bot.cogs.courier import Courier
from bot.cogs.dispute_controls import DisputeControls
from bot.cogs.in_flight import InFlight
from bot.cogs.schedule_buttons import ScheduleButtons
from bot.cogs.scheduler import Scheduler
from bot.domain.refusals import NoRoundRunning
from bot.services import conducting, proposing, reviewing
from bot.services.context import ServiceContext
from bot.ui import answer_notes, ids, round_cards
from bot.ui.i18n import speaking
from bot.ui.ids import Act, Pressed

_FROM_CARDS = (discord.InteractionType.component, discord.InteractionType.modal_submit)


class Components(commands.Cog):
    """What happens when a button is pressed or a menu is used."""

    def __init__(
        self,
        context: ServiceContext,
        conductor: Conductor,
        keeper: AssignmentKeeper,
        scheduler: Scheduler,
        courier: Courier,
        boards: BoardReader,
        in_flight: InFlight,
    ) -> None:
        self._context = context
        self._in_flight = in_flight
        self._conductor = conductor
        self._boards = boards
        self._disputes = DisputeControls(context, courier)
        self._handlers: dict[Act, Handler] = {
            **AnswerControls(context, conductor).handlers,
            **AnalysisControls(context).handlers,
            **BankControls(context).handlers,
            **Attempts(context, keeper).handlers,
            **AssignmentDesk(context, keeper).handlers,
            **ScheduleButtons(context, scheduler).handlers,
            **self._disputes.handlers,
            Act.WHY: self._why,
            Act.REFUSED: self._refused_answers,
            Act.REVIEW: self._review,
            Act.START: self._start,
            Act.CANCEL: self._cancel,
            Act.STOP: self._stop,
            Act.KEEP: self._keep,
            Act.BOARD: self._board,
        }

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Take a click on one of our components, or a form of ours that was sent."""
        if interaction.type not in _FROM_CARDS or interaction.data is None:
            return
        pressed = ids.parse(str(interaction.data.get("custom_id", "")))
        if pressed is None:
            return
        self._context.measures.clicks += 1
        self._in_flight.add_current()
        with speaking(str(interaction.locale)):
            try:
                if interaction.guild_id is not None:
                    self._context.ownership.require(interaction.guild_id)
                await self._handlers[pressed.act](interaction, pressed)
            except Exception as error:  # noqa: BLE001 - discord.py would swallow it; here a person is told
                await replies.fail(interaction, error)

    async def _why(self, interaction: Interaction, pressed: Pressed) -> None:
        asked, answer = await reviewing.explain(
            self._context.database,
            pressed.number(0),
            guild_id=guild_id_of(interaction),
            learner_id=interaction.user.id,
        )
        await replies.show(interaction, answer_notes.why(asked, answer))
        await self._disputes.tell_shelved(interaction)

    async def _refused_answers(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = await access.instructors_guild(interaction, self._context)
        asked, _own = await reviewing.explain(
            self._context.database, pressed.number(0), guild_id=guild_id, learner_id=interaction.user.id
        )
        outcome = await reviewing.question_outcome(self._context.database, asked)
        await replies.show(interaction, answer_notes.refused_answers(asked, outcome))

    async def _review(self, interaction: Interaction, pressed: Pressed) -> None:
        page = await reviewing.review_page(
            self._context.database,
            pressed.number(0),
            pressed.number(1),
            guild_id=guild_id_of(interaction),
            learner_id=interaction.user.id,
        )
        await self._turn(interaction, answer_notes.review(page))
        await self._disputes.tell_shelved(interaction)

    async def _board(self, interaction: Interaction, pressed: Pressed) -> None:
        await replies.think_of_page(interaction)
        window, course, page, round_id = ids.parse_board(pressed)
        card = await self._boards.read(interaction, window, course, page=page, round_id=round_id)
        await self._turn(interaction, card)

    async def _turn(self, interaction: Interaction, card: discord.ui.LayoutView) -> None:
        """A further page in place of the private one that was clicked; a first page beside a public card."""
        if interaction.response.is_done():
            await interaction.edit_original_response(view=card)
        elif interaction.message is not None and interaction.message.flags.ephemeral:
            await interaction.response.edit_message(view=card)
        else:
            await replies.show(interaction, card)

    async def _start(self, interaction: Interaction, pressed: Pressed) -> None:
        access.require_starter(interaction, await self._context.guild_settings(guild_id_of(interaction)))
        record = await proposing.start_round(
            self._context.database_for(guild_id_of(interaction)),
            pressed.number(0),
            starter_id=interaction.user.id,
            now=self._context.clock(),
        )
        # First the round, then the reply: a reply that fails must not leave a round that nobody plays.
        self._conductor.begin(record.id)
        await interaction.response.edit_message(view=round_cards.begun())

    async def _cancel(self, interaction: Interaction, pressed: Pressed) -> None:
        await proposing.cancel_proposal(
            self._context.database,
            pressed.number(0),
            starter_id=interaction.user.id,
            now=self._context.clock(),
        )
        await interaction.response.edit_message(view=round_cards.cancelled())

    async def _stop(self, interaction: Interaction, pressed: Pressed) -> None:
        record = await conducting.load_round(self._context.database, pressed.number(0))
        if record is None or record.guild_id != guild_id_of(interaction):
            raise NoRoundRunning
        require_owner(interaction, await self._context.guild_settings(record.guild_id), record)
        await conducting.stop_round(
            self._context.database_for(record.guild_id),
            self._context.live,
            record.id,
            now=self._context.clock(),
        )
        self._conductor.clockwork.wake(record.id)
        await interaction.response.edit_message(view=round_cards.stopped())

    async def _keep(self, interaction: Interaction, _pressed: Pressed) -> None:
        await interaction.response.edit_message(view=round_cards.goes_on())
