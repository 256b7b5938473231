"""What is asked of Discord, and never or not at once answered: replies, and the end of patience."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from bot.cogs import replies
from bot.cogs.patience import ask


def refusal(status: int, code: int) -> discord.HTTPException:
    kind = discord.NotFound if status == 404 else discord.HTTPException
    return kind(SimpleNamespace(status=status, reason="no"), {"code": code, "message": "no"})  # type: ignore[arg-type]


class Asked:
    """An interaction to which every reply ends as it was told, one after another."""

    id = 7

    def __init__(self, *ends: BaseException | None) -> None:
        self.response = self
        self.said: list[str] = []
        self._ends = list(ends)

    def is_done(self) -> bool:
        return False

    async def send_message(self, sentence: str, **_named: Any) -> None:
        end = self._ends.pop(0)
        if end is not None:
            raise end
        self.said.append(sentence)


async def test_who_does_not_answer_is_given_up() -> None:
    with pytest.raises(TimeoutError, match="did not answer within 0 seconds"):
        await ask(asyncio.Event().wait(), 0.0)


async def test_a_receipt_is_sent_again_when_the_line_broke() -> None:
    asked = Asked(aiohttp.ServerDisconnectedError(), None)
    await replies.say(asked, "Saved.")  # type: ignore[arg-type]
    assert asked.said == ["Saved."]


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060)])
async def test_a_reply_that_comes_too_late_is_one_line_in_the_log(
    caplog: pytest.LogCaptureFixture, status: int, code: int
) -> None:
    with caplog.at_level(logging.WARNING):
        await replies.say(Asked(refusal(status, code)), "Saved.")  # type: ignore[arg-type]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "could not be sent" in caplog.text


async def test_a_handler_whose_own_reply_came_too_late_says_nothing_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    await replies.fail(Asked(), refusal(404, 10062))  # type: ignore[arg-type]
    assert "Traceback" not in caplog.text
    assert "could not be sent" in caplog.text


async def test_a_line_that_stays_broken_raises_nothing(caplog: pytest.LogCaptureFixture) -> None:
    broken = aiohttp.ServerDisconnectedError()
    await replies.say(Asked(broken, broken), "Saved.")  # type: ignore[arg-type]
    assert "could not be sent" in caplog.text
