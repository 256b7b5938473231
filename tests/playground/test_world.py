"""The demo server is live: a real discord.py bot on it, real time, real pages."""

import asyncio

import aiohttp
import discord
import pytest
import simcord
from discord import ui
from discord.ext import commands

from bot.playground import PlaygroundUnavailable
from bot.playground.cast import INSTRUCTOR, LEARNERS, SIMULATED, pick_cast
from bot.playground.history import History
from bot.playground.world import MAIN_CHANNEL, ActionImpossible, open_world

ADA, BEN, CHEN = LEARNERS[:3]
CAST = pick_cast(3, 2)


class Buttons(ui.LayoutView):
    row = ui.ActionRow()

    def __init__(self, bot):
        super().__init__(timeout=None)
        self.bot = bot

    @row.button(label="Press", custom_id="press")
    async def press(self, interaction, _button):
        await asyncio.sleep(0)
        self.bot.presses.append(interaction.user.id)
        await interaction.response.send_message("Noted.", ephemeral=True)


class Bot(commands.AutoShardedBot):
    """A bot that counts presses of one button."""

    def __init__(self):
        intents = discord.Intents.default()
        intents.message_content = True
        super().__init__(commands.when_mentioned, intents=intents, shard_count=1)
        self.presses = []
        self.nap = None

    async def setup_hook(self):
        self.add_view(Buttons(self))
        self.tree.command(name="nap", description="Sleep for a while")(self._nap)
        await self.tree.sync()

    async def _nap(self, interaction: discord.Interaction, seconds: float):
        self.nap = asyncio.create_task(asyncio.sleep(seconds))
        await interaction.response.send_message("Good night.", ephemeral=True)


async def post_buttons(world, bot):
    channel = bot.get_guild(world.guild_id).text_channels[0]
    assert channel.name == MAIN_CHANNEL
    return await channel.send(view=Buttons(bot))


async def test_the_same_people_have_the_same_ids_at_every_start_whoever_else_plays():
    ids = []
    for cast in (pick_cast(3, 2), pick_cast(1, 0), pick_cast(8, 8)):
        async with open_world(Bot(), cast) as world:
            ids.append((world.guild_id, world.id_of(INSTRUCTOR), world.id_of(ADA)))
    assert len(set(ids)) == 1
    assert len(set(ids[0])) == 3


async def test_presses_at_the_same_moment_are_all_heard():
    bot = Bot()
    async with open_world(bot, CAST) as world:
        message = await post_buttons(world, bot)
        people = [ADA, BEN, CHEN, *SIMULATED[:2], INSTRUCTOR]
        await asyncio.gather(*(world.click(who, message.channel.id, message.id, "press") for who in people))
        assert sorted(bot.presses) == sorted(world.id_of(who) for who in people)


async def test_a_press_does_not_wait_for_the_bots_timers():
    bot = Bot()
    async with open_world(bot, CAST) as world:
        message = await post_buttons(world, bot)
        async with world._acting():
            await world._members[ADA].slash(world._guild.channels[MAIN_CHANNEL], "nap", seconds=0.95)
        await world.click(BEN, message.channel.id, message.id, "press")
        assert not bot.nap.done()


async def test_the_servers_clock_follows_the_real_one():
    bot = Bot()
    async with open_world(bot, CAST) as world:
        async with world._acting():
            await world._members[ADA].slash(world._guild.channels[MAIN_CHANNEL], "nap", seconds=0.5)
        await asyncio.wait_for(bot.nap, 5)
        assert abs((world._env.now() - discord.utils.utcnow()).total_seconds()) < 0.5


async def test_a_button_that_is_not_there_cannot_be_pressed():
    bot = Bot()
    async with open_world(bot, CAST) as world:
        message = await post_buttons(world, bot)
        with pytest.raises(ActionImpossible):
            await world.click(ADA, message.channel.id, message.id, "other")
        with pytest.raises(ActionImpossible):
            await world.click(ADA, message.channel.id, message.id + 1, "press")
        assert bot.presses == []


async def test_what_was_said_is_there_again_and_its_buttons_work(tmp_path):
    history = History(tmp_path / "said.json")
    first, second = Bot(), Bot()
    async with open_world(first, CAST, history=history) as world:
        message = await post_buttons(world, first)
        await world.click(ADA, message.channel.id, message.id, "press")
        async with asyncio.timeout(5):
            while not history.read():
                await asyncio.sleep(0.05)
    async with open_world(second, CAST, history=history) as world:
        await world.click(BEN, message.channel.id, message.id, "press")
        assert second.presses == [world.id_of(BEN)]
        kept = [said async for said in second.get_channel(message.channel.id).history()]
        assert [said.id for said in kept] == [message.id]


async def test_each_channel_has_its_page_and_nobody_gets_in_without_its_secret():
    async with open_world(Bot(), CAST) as world, aiohttp.ClientSession() as session:
        assert world.address_of("quiz") != world.address_of("lounge")
        address, secret = world.address_of("quiz").split("#")
        async with session.get(address) as page:
            assert "Footnote playground" in await page.text()
        async with session.post(f"{address}api/pages", json={}) as refused:
            assert refused.status == 401
        head = {"X-Simcord-Capability": secret}
        async with session.post(f"{address}api/pages", json={}, headers=head) as opened:
            seen = await opened.json()
        assert [viewer["name"] for viewer in seen["viewers"]] == ["Ms Rivera", "Ada", "Ben", "Chen"]


async def test_an_occupied_port_is_said_in_a_sentence(unused_tcp_port):
    async with open_world(Bot(), CAST, port=unused_tcp_port):
        pass
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", unused_tcp_port)
    async with server:
        with pytest.raises(PlaygroundUnavailable, match=str(unused_tcp_port)):
            async with open_world(Bot(), CAST, port=unused_tcp_port):
                pass


async def test_another_version_of_simcord_is_refused_with_the_one_to_install(monkeypatch):
    monkeypatch.setattr(simcord, "__version__", "9.9.9")
    with pytest.raises(PlaygroundUnavailable, match=r"pip install \"simcord==3\.2\.1\""):
        async with open_world(Bot(), CAST):
            pass
