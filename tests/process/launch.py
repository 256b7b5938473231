"""Run the real program against the stand-in: `python -m tests.process.launch PORT run`."""

from __future__ import annotations

import sys

import discord

from bot.cli import main

port = sys.argv.pop(1)
discord.http.Route.BASE = f"http://127.0.0.1:{port}/api/v10"
main()
