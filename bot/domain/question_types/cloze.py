"""A sentence with one gap ("____"), to be filled with a few words."""

from __future__ import annotations

from bot.domain.question_types.short_text import RULES as RULES  # noqa: PLC0414 - graded as typed words are

GAP = "____"
