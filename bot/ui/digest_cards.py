"""What instructors read after a scheduled round."""

from __future__ import annotations

from discord import ui

from bot.domain.digests import Digest
from bot.domain.reteaching import Gap
from bot.ui.citations import footnote
from bot.ui.i18n import gettext as _
from bot.ui.i18n import ngettext
from bot.ui.layout import ACCENT_QUIET, card, text
from bot.ui.text import plain


def heading(digest: Digest) -> str:
    """The first lines, which are those of no other digest: what it is about, and where the round's result stands."""
    record = digest.record
    title = _("Digest: {name}").format(name=plain(digest.schedule_name))
    place = f"https://discord.com/channels/{record.guild_id}/{record.place_id}"
    result = place if record.result_id is None else f"{place}/{record.result_id}"
    return f"## {title}\n-# {plain(record.course_title)} · {result}"


def digest(shown: Digest) -> ui.LayoutView:
    """Turnout, the two hardest facts, and what waits for instructors."""
    parts = [heading(shown), _turnout(shown)]
    if shown.hardest:
        parts.append(f"**{_('Known least')}**")
        parts += [_gap(gap) for gap in shown.hardest]
    elif shown.turnout:
        parts.append(f"-# {_('Nothing is said of single questions that fewer than five learners answered.')}")
    if waiting := _waiting(shown):
        parts.append("\n".join(waiting))
    return card([text(part) for part in parts], accent=ACCENT_QUIET)


def _turnout(shown: Digest) -> str:
    if not shown.turnout:
        return _("Nobody took part.")
    learners = ngettext("{count} learner took part", "{count} learners took part", shown.turnout).format(
        count=shown.turnout
    )
    right = _("{share} of the answers were right").format(share=f"{shown.right / shown.answered:.0%}")
    return f"{learners}; {right}."


def _gap(gap: Gap) -> str:
    share = _("{share} on average").format(share=f"{gap.facility:.0%}")
    return f"{plain(gap.questions[0].stem)} ({share})\n{footnote(gap.quotation)}"


def _waiting(shown: Digest) -> list[str]:
    lines = []
    if shown.disputes:
        waits = ngettext("{count} dispute waits", "{count} disputes wait", shown.disputes)
        lines.append(f"{waits.format(count=shown.disputes)}: `/disputes list`")
    if shown.reports:
        waits = ngettext("{count} report waits", "{count} reports wait", shown.reports)
        lines.append(f"{waits.format(count=shown.reports)}: `/bank report`")
    return lines
