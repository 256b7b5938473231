"""What Discord says: the token, the permissions, the intents and the time. Each check is one function."""

from __future__ import annotations

from datetime import timedelta

import discord

from bot.client import NEEDED_PERMISSIONS
from bot.doctor.case import Case
from bot.doctor.findings import Finding, ok, problem, warning
from bot.doctor.visit import Account, Guild
from bot.first_steps import INVITATION

LARGEST_CLOCK_ERROR = timedelta(seconds=2)
_PORTAL = "https://discord.com/developers/applications"
# A table that names every server of a large bot would be read by nobody.
_SERVERS_SHOWN = 5
_NOT_ASKED = "not checked: Discord was not asked."
_SEE_TOKEN = "See the line about the token."  # noqa: S105 - a sentence


def token(case: Case) -> Finding:
    """Is there a token, and does Discord take it?"""
    if case.visit is None:
        return problem("DISCORD_TOKEN is not set.", "Run footnote run without it: it says how to get one.")
    if case.visit.is_refused:
        return problem(
            "Discord does not take the token in DISCORD_TOKEN.",
            f'Copy it again from the page "Bot" of your application at {_PORTAL} (Reset Token).',
        )
    if case.visit.account is None:
        return warning(
            f"set, but not checked: {case.visit.trouble}",
            "Is this machine online, and is https://discord.com open to it? Then run footnote doctor again.",
        )
    return ok(f"Discord takes it; the bot is called {case.visit.account.name}.")


def permissions(case: Case) -> Finding:
    """May the bot do what it needs, by its roles, in each server?"""
    account = _account(case)
    if account is None:
        return warning(_NOT_ASKED, _SEE_TOKEN)
    invitation = INVITATION.replace("YOUR_APPLICATION_ID", str(account.application_id))
    if not account.guilds:
        return warning("the bot is in no server.", f"Invite it: {invitation}")
    lacking = [(guild, missing) for guild in account.guilds if (missing := missing_in(guild))]
    if not lacking:
        return ok(f"all that are needed, in {len(account.guilds)} of {len(account.guilds)} servers.")
    shown = [f"{guild.name} ({guild.id}) lacks {', '.join(missing)}" for guild, missing in lacking]
    more = len(shown) - _SERVERS_SHOWN
    return problem(
        "; ".join([*shown[:_SERVERS_SHOWN], *([f"and {more} more servers"] if more > 0 else [])]) + ".",
        f"Give them to the bot's role under Server Settings, Roles, or invite it again: {invitation}",
    )


def missing_in(guild: Guild) -> list[str]:
    """The needed permissions that the bot does not have there, as Discord's settings call them."""
    if guild.permissions.administrator:
        return []
    return [
        _label(name)
        for name, is_needed in NEEDED_PERMISSIONS
        if is_needed and not getattr(guild.permissions, name)
    ]


def _label(name: str) -> str:
    return (
        "View Channels" if name == "read_messages" else name.replace("_", " ").title().replace(" In ", " in ")
    )


def intents(case: Case) -> Finding:
    """Are the privileged intents off, of which none is needed?"""
    account = _account(case)
    if account is None:
        return warning(_NOT_ASKED, _SEE_TOKEN)
    on = switched_on(account.flags)
    if not on:
        return ok("no privileged intent is needed, and none is switched on.")
    return warning(
        f"switched on though Footnote needs none: {', '.join(on)}.",
        f'Switch it off on the page "Bot" of your application at {_PORTAL}.',
    )


def switched_on(flags: discord.ApplicationFlags) -> list[str]:
    """The privileged intents that the application has, as the developer portal calls them."""
    given = {
        "Presence Intent": flags.gateway_presence or flags.gateway_presence_limited,
        "Server Members Intent": flags.gateway_guild_members or flags.gateway_guild_members_limited,
        "Message Content Intent": flags.gateway_message_content or flags.gateway_message_content_limited,
    }
    return [name for name, is_on in given.items() if is_on]


def clock(case: Case) -> Finding:
    """Is this machine's clock right? Questions close by it, and Discord's clock says when a click was made."""
    ahead = None if case.visit is None else case.visit.clock_ahead
    if ahead is None:
        return warning(_NOT_ASKED, _SEE_TOKEN)
    if abs(ahead) <= LARGEST_CLOCK_ERROR:
        return ok(f"within {LARGEST_CLOCK_ERROR.total_seconds():.0f} seconds of Discord's.")
    direction = "ahead of" if ahead > timedelta(0) else "behind"
    return problem(
        f"this machine's clock is {abs(ahead).total_seconds():.0f} seconds {direction} Discord's.",
        "Set it by network time: timedatectl set-ntp true, or the setting of your system.",
    )


def _account(case: Case) -> Account | None:
    return None if case.visit is None else case.visit.account
