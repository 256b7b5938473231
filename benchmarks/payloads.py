"""What Discord sends, as far as a bot without privileged intents looks at it: shapes and sizes as on the wire."""

from __future__ import annotations

from typing import Any

APPLICATION, BOT, OWNER, GUILD, CHANNEL = 1001, 1002, 1003, 2001, 2002
FIRST_OTHER_GUILD = 5_000_000
CHANNELS_A_GUILD = 20
ROLES_A_GUILD = 10
EVERYTHING = str((1 << 53) - 1)
EPHEMERAL = 64
WHEN = "2026-01-05T09:00:00.000000+00:00"

Payload = dict[str, Any]


def user(number: int, *, is_bot: bool = False) -> Payload:
    """A person, or the bot itself."""
    return {
        "id": str(number),
        "username": f"person-{number}",
        "discriminator": "0",
        "global_name": f"Person {number}",
        "avatar": "0123456789abcdef0123456789abcdef",
        "bot": is_bot,
        "public_flags": 0,
    }


def channel(number: int, guild_id: int) -> Payload:
    """A text channel."""
    return {
        "id": str(number),
        "type": 0,
        "name": f"channel-{number}",
        "guild_id": str(guild_id),
        "position": 0,
        "permission_overwrites": [],
        "nsfw": False,
        "parent_id": None,
        "topic": None,
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "flags": 0,
    }


def role(number: int, guild_id: int) -> Payload:
    """A role; the one with the server's own number is everybody's."""
    return {
        "id": str(number),
        "name": "@everyone" if number == guild_id else f"role-{number}",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0 if number == guild_id else 1,
        "permissions": EVERYTHING,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def guild(number: int) -> Payload:
    """A server with some channels and roles."""
    first = CHANNEL if number == GUILD else number + 1
    return {
        "id": str(number),
        "name": f"School {number}",
        "icon": None,
        "owner_id": str(OWNER),
        "afk_timeout": 300,
        "afk_channel_id": None,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "roles": [role(number + index, number) for index in range(ROLES_A_GUILD)],
        "emojis": [],
        "features": [],
        "mfa_level": 0,
        "application_id": None,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "joined_at": WHEN,
        "large": True,
        "unavailable": False,
        "member_count": 5000,
        "voice_states": [],
        "members": [],
        "channels": [channel(first + index, number) for index in range(CHANNELS_A_GUILD)],
        "threads": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "stickers": [],
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
        "public_updates_channel_id": None,
        "vanity_url_code": None,
        "description": None,
        "banner": None,
        "splash": None,
        "discovery_splash": None,
        "incidents_data": None,
        "safety_alerts_channel_id": None,
    }


def message(number: int, body: Payload) -> Payload:
    """A message of the bot's, made of what it sent."""
    return {
        "id": str(number),
        "channel_id": str(CHANNEL),
        "type": 0,
        "author": user(BOT, is_bot=True),
        "content": body.get("content") or "",
        "timestamp": WHEN,
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": body.get("components") or [],
        "flags": body.get("flags") or 0,
        "pinned": False,
        "nonce": body.get("nonce"),
    }


def interaction(number: str, kind: int, who: str, data: Payload, on: Payload | None) -> Payload:
    """A command (kind 2) or a click (kind 3) of a member, ``on`` a message."""
    payload = {
        "id": number,
        "application_id": str(APPLICATION),
        "type": kind,
        "token": f"aW50ZXJhY3Rpb246{number}".ljust(200, "Q"),
        "version": 1,
        "guild_id": str(GUILD),
        "guild": {"id": str(GUILD), "locale": "en-US", "features": []},
        "channel_id": str(CHANNEL),
        "channel": channel(CHANNEL, GUILD),
        "data": data,
        "member": {
            "user": user(OWNER) | {"id": who},
            "roles": [str(GUILD + index) for index in range(1, 6)],
            "joined_at": WHEN,
            "premium_since": None,
            "nick": None,
            "avatar": None,
            "banner": None,
            "permissions": EVERYTHING,
            "deaf": False,
            "mute": False,
            "pending": False,
            "communication_disabled_until": None,
            "flags": 0,
        },
        "locale": "en-US",
        "guild_locale": "en-US",
        "app_permissions": EVERYTHING,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": {"0": str(GUILD)},
        "context": 0,
        "attachment_size_limit": 10_485_760,
    }
    return payload if on is None else payload | {"message": on}


def ready(guild_ids: list[int], gateway: str) -> Payload:
    """The first event of a session."""
    return {
        "v": 10,
        "user": user(BOT, is_bot=True),
        "guilds": [{"id": str(number), "unavailable": True} for number in guild_ids],
        "session_id": "session",
        "resume_gateway_url": gateway,
        "shard": [0, 1],
        "application": {"id": str(APPLICATION), "flags": 0},
    }


def application() -> Payload:
    """The bot's application."""
    return {
        "id": str(APPLICATION),
        "name": "footnote",
        "icon": None,
        "description": "",
        "rpc_origins": [],
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": user(OWNER),
        "verify_key": "0" * 64,
        "team": None,
        "flags": 0,
        "summary": "",
    }
