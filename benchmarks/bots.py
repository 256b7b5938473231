"""The two programs that are compared: the product, and a discord.py bot that only replies.

`python -m benchmarks.bots product|empty REST_ADDRESS`; discord.py itself is unmodified, only told where Discord is.
"""

from __future__ import annotations

import asyncio
import sys

import aiohttp
import discord
from discord.ext import commands

REPLY = "Your answer: **A**\u2002Something that stands on a button. Saved."


def run_empty() -> None:
    """A bot with the product's own connection settings, and a handler that does nothing but reply privately."""
    asyncio.run(_empty())


async def _empty() -> None:
    # The same limit as the product's: without one, a burst opens a connection for each reply and is slower.
    bot = commands.AutoShardedBot(
        command_prefix=commands.when_mentioned,
        help_command=None,
        intents=discord.Intents(guilds=True),
        allowed_mentions=discord.AllowedMentions.none(),
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
        max_messages=None,
        connector=aiohttp.TCPConnector(limit=64),
    )

    @bot.listen()
    async def on_interaction(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(REPLY, ephemeral=True)

    async with bot:
        await bot.start("MTAwMQ.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB")


def run_product() -> None:
    """`footnote run`."""
    from bot.cli import main

    sys.argv[1:] = ["run"]
    main()


if __name__ == "__main__":
    discord.http.Route.BASE = sys.argv[2]
    {"empty": run_empty, "product": run_product}[sys.argv[1]]()
