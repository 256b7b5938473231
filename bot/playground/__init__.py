"""A Discord on this machine, for `footnote play`: no token, no network, a real browser page.

Importing this package needs nothing beyond Footnote's own requirements. Its modules
need the packages of the ``play`` extra, so ask `missing_packages` first.
"""

from importlib.util import find_spec

from bot.errors import FootnoteError

# What the extra is made of: the module to look for, and the distribution that brings it.
_DISTRIBUTIONS = {
    "simcord": "simcord",
    "aiohttp": "aiohttp",
    "markdown_it": "markdown-it-py",
    "linkify_it": "linkify-it-py",
    "regex": "regex",
    "PIL": "pillow",
}


class PlaygroundUnavailable(FootnoteError):
    """The playground cannot run as things are; the message says what to do."""


def missing_packages() -> list[str]:
    """Name the distributions that the playground needs and that are not installed."""
    return [name for module, name in _DISTRIBUTIONS.items() if find_spec(module) is None]
