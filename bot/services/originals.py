"""The files behind the courses, where they are at hand: documents to look into, and course files to be changed.

Reading them takes a moment, so it is done beside the event loop; nothing is written, and nothing is kept.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from bot.domain.disputes import Passage
from bot.domain.questions import Question, Quotation
from bot.domain.refusals import NotThisServer
from bot.domain.rulings import Ruling
from bot.errors import BankError
from bot.storage import marks, question_content, rulings
from bot.storage.database import Database
from bot.values import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Originals:
    """``extra`` are the operator's folders of courses; ``documents`` is None where no documents are at hand."""

    extra: tuple[Path, ...] = ()
    documents: Path | None = None

    async def passage(self, course: str, quotation: Quotation) -> Passage | None:
        """A quotation within its paragraph, or None where its document is not at hand."""
        return None if self.documents is None else await asyncio.to_thread(self._passage, course, quotation)

    async def patch(self, course: str, question: Question, ruling: Ruling) -> str | None:
        """A ruling as a unified diff of the course's files, or None where these are not at hand or have moved on."""
        return await asyncio.to_thread(self._patch, course, question, ruling)

    def _passage(self, course: str, quotation: Quotation) -> Passage | None:
        # Here and not above: what reads YAML is not needed by a bot whose courses have not changed.
        from bot.bank.passages import passage_of

        folder = self._folder(course)
        if folder is None or self.documents is None:
            return None
        return passage_of(folder, self.documents, quotation)

    def _patch(self, course: str, question: Question, ruling: Ruling) -> str | None:
        from bot.bank.ruling_patch import patch_of

        folder = self._folder(course)
        return None if folder is None else patch_of(folder, question, ruling)

    def _folder(self, course: str) -> Path | None:
        from bot.bank.shelf import find_courses

        try:
            return find_courses(self.extra).get(course)
        except BankError as error:
            log.warning("The folders of courses cannot be looked into: %s", error)
            return None


async def ruled_version(database: Database, ruling_id: int, *, guild_id: int) -> tuple[Question, Ruling]:
    """A ruling, and the version that it was made on as it stands without rulings.

    Raises:
        NotThisServer: it is another server's, or nobody's.
    """
    async with database.read() as session:
        ruling = await rulings.get(session, ruling_id)
        if ruling is None or ruling.guild_id != guild_id:
            raise NotThisServer
        content = await marks.content_of(session, ruling.question_id)
    return question_content.from_text(content), ruling
