"""The house stands as docs/architecture.md draws it: held by reading the sources, not by running them."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

BOT = Path(__file__).parent.parent / "bot"

# Dependencies point down only: a part may import what has a smaller number, and itself.
RANKS = {"domain": 0, "storage": 1, "bank": 1, "services": 2, "ui": 3, "cogs": 4, "playground": 4}
# Whatever stands beside the packages (cli, app, client, config, log …) is the top, but for what all may import.
TOP = 5
FOR_ALL = frozenset({"errors", "measures", "paths", "side_process", "values"})
# The playground starts the real bot with its real settings, and nothing of the bot knows of the playground.
UPWARD = frozenset({("playground", "app"), ("playground", "config")})
ONLY_FROM = {"playground": {"cli_app"}}

# Where a library may be imported at all. Each word is a package of bot, or a module beside the packages.
PLACES = {
    "discord": {
        "client",
        "cogs",
        "ui",
        "playground",
        "app",
        "running",
        "doctor",
        "cli_app",
        "cli_db",
        "shards",
    },
    "sqlalchemy": {"storage", "app"},
    "alembic": {"storage"},
    "simcord": {"playground"},
    "aiohttp": {"playground", "client", "cogs", "app", "health", "doctor"},
    "prometheus_client": {"metrics"},
    "matplotlib": {"ui"},
    "icalendar": {"services"},
    "pydantic": {"bank", "storage"},
    "yaml": {"bank"},
}
# What may only be imported inside a function, and the one file or package that is free to import it as it likes:
# it is slow to import, or not installed without an extra.
LAZY = {
    "alembic": None,
    "matplotlib": None,
    "sqlalchemy.dialects": None,
    "simcord": "playground",
    "bot.playground": "playground",
}

# The rules need the standard library alone, but for these: pure functions, each library in one file.
DOMAIN_LIBRARIES = {"rapidfuzz": "domain/similarity.py", "dateutil.rrule": "domain/recurrence.py"}

CLOCKS = frozenset(
    {"datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"}
    | {"time.time", "time.time_ns"}
)
FORBIDDEN_NAMES = frozenset({"utils", "helpers", "common", "base", "manager"})


@dataclass(frozen=True)
class Import:
    module: str
    line: int
    is_lazy: bool


class Reader(ast.NodeVisitor):
    """Collects a module's imports, and its calls by the full name of what is called."""

    def __init__(self) -> None:
        self.imports: list[Import] = []
        self.calls: list[tuple[str, int]] = []
        self.awaits: list[int] = []
        self._names: dict[str, str] = {}
        self._depth = 0

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            first = alias.name.partition(".")[0]
            self._names[alias.asname or first] = alias.name if alias.asname else first
            self._add(alias.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            self._names[alias.asname or alias.name] = f"{module}.{alias.name}"
            # "from bot import config" imports the module bot.config.
            self._add(f"{module}.{alias.name}" if module == "bot" else module, node)

    def _add(self, module: str, node: ast.stmt) -> None:
        self.imports.append(Import(module, node.lineno, self._depth > 0))

    def visit_If(self, node: ast.If) -> None:
        # What only the type checker imports costs nothing at run time. The layers hold for it all the same.
        name = node.test.id if isinstance(node.test, ast.Name) else ""
        self._depth += name == "TYPE_CHECKING"
        self.generic_visit(node)
        self._depth -= name == "TYPE_CHECKING"

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        arguments = node.args
        hidden = {each.arg for each in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
        outer = self._names
        # A parameter called `random` or `time` is what was given, not the module.
        self._names = {name: full for name, full in outer.items() if name not in hidden}
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1
        self._names = outer

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.awaits.append(node.lineno)
        self.visit_FunctionDef(node)

    def visit_Call(self, node: ast.Call) -> None:
        self._use(node.func)
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        # default_factory=datetime.now and the like: handed on in order to be called.
        self._use(node.value)
        self.generic_visit(node)

    def _use(self, node: ast.expr) -> None:
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name) and node.id in self._names:
            self.calls.append((".".join([self._names[node.id], *reversed(parts)]), node.lineno))


def violations(bot: Path) -> list[str]:
    """Every breach of the house rules below ``bot``, as "path:line: sentence"."""
    return [each for path in sorted(bot.rglob("*.py")) for each in _of_file(path, path.relative_to(bot))]


def _of_file(path: Path, relative: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    part = relative.parts[0].removesuffix(".py")
    reader = Reader()
    reader.visit(tree)
    if not ast.get_docstring(tree):
        yield f"{relative}:1: has no docstring that says what lives here"
    if name := FORBIDDEN_NAMES & {each.removesuffix(".py") for each in relative.parts}:
        yield f"{relative}:1: is called {min(name)}, which says nothing"
    imports = [each for each in reader.imports if DOMAIN_LIBRARIES.get(each.module) != relative.as_posix()]
    for each in imports:
        for sentence in _of_import(each, part):
            yield f"{relative}:{each.line}: {sentence}"
    for call, line in reader.calls:
        if call in CLOCKS:
            yield f"{relative}:{line}: asks the clock ({call}); time is injected"
        elif part in {"domain", "services"} and call.startswith("random.") and call[7:8].islower():
            yield f"{relative}:{line}: has randomness of its own ({call}); a random source is given"
    if part == "domain":
        for line in reader.awaits:
            yield f"{relative}:{line}: the domain does not wait"


def _of_import(imported: Import, part: str) -> Iterator[str]:
    library, _, rest = imported.module.partition(".")
    if not library:
        yield "imports relatively; say bot.…"
    elif library == "bot":
        yield from _of_own_import(rest.partition(".")[0], part)
    elif library in PLACES and part not in PLACES[library]:
        yield f"imports {library}, which belongs to {', '.join(sorted(PLACES[library]))}"
    elif part in {"domain", *FOR_ALL} and library not in sys.stdlib_module_names:
        yield f"imports {library}; {part} needs the standard library alone"
    for name, home in LAZY.items():
        if not imported.is_lazy and part != home and f"{imported.module}.".startswith(f"{name}."):
            yield f"imports {name} at module level; import it in the function that needs it"


def _of_own_import(target: str, part: str) -> Iterator[str]:
    if not target or target == part or target in FOR_ALL:
        return
    if part in FOR_ALL:
        yield f"imports bot.{target}; {part} is below everything"
    elif target in ONLY_FROM and part not in ONLY_FROM[target] and RANKS.get(part, TOP) == TOP:
        yield f"imports bot.{target}, which only {', '.join(sorted(ONLY_FROM[target]))} may"
    elif (part, target) in UPWARD:
        return
    elif RANKS.get(target, TOP) > RANKS.get(part, TOP):
        yield f"imports bot.{target}, which is above {part}"
    elif RANKS.get(target, TOP) == RANKS.get(part, TOP) < TOP:
        yield f"imports bot.{target}, which is beside {part}"


def test_the_house_rules_hold() -> None:
    assert list(BOT.rglob("*.py"))
    assert not violations(BOT), "\n" + "\n".join(violations(BOT))


@pytest.mark.parametrize(
    ("path", "source", "sentence"),
    [
        ("domain/rounds.py", "from bot.storage import tables", "imports bot.storage, which is above domain"),
        ("domain/rounds.py", "import pydantic", "imports pydantic, which belongs to bank, storage"),
        ("domain/draw.py", "import rapidfuzz", "imports rapidfuzz; domain needs the standard library alone"),
        (
            "domain/rounds.py",
            "from dateutil.rrule import rrule",
            "imports dateutil; domain needs the standard library alone",
        ),
        ("domain/rounds.py", "import attrs", "imports attrs; domain needs the standard library alone"),
        ("domain/rounds.py", "async def f(): ...", "the domain does not wait"),
        ("errors.py", "from bot.domain import rounds", "imports bot.domain; errors is below everything"),
        ("storage/rounds.py", "import bot.services.play", "imports bot.services, which is above storage"),
        (
            "storage/rounds.py",
            "def f():\n    from bot import config",
            "imports bot.config, which is above storage",
        ),
        ("bank/load.py", "from bot.storage import rounds", "imports bot.storage, which is beside bank"),
        ("cogs/quiz.py", "from bot.playground import world", "imports bot.playground, which is beside cogs"),
        ("ui/cards.py", "from bot.cogs.quiz import Quiz", "imports bot.cogs, which is above ui"),
        ("ui/cards.py", "from ..domain import rounds", "imports relatively; say bot.…"),
        (
            "services/play.py",
            "import discord.utils",
            "imports discord, which belongs to app, cli_app, cli_db, client, cogs, doctor, playground, running, shards, ui",
        ),
        (
            "services/play.py",
            "from sqlalchemy import select",
            "imports sqlalchemy, which belongs to app, storage",
        ),
        ("storage/migrate.py", "import alembic.config", "imports alembic at module level"),
        (
            "storage/rounds.py",
            "from sqlalchemy.dialects import postgresql",
            "imports sqlalchemy.dialects at module level",
        ),
        ("client.py", "import simcord", "imports simcord, which belongs to playground"),
        ("cli_app.py", "from bot.playground import world", "imports bot.playground at module level"),
        (
            "app.py",
            "def f():\n    from bot.playground import world",
            "imports bot.playground, which only cli_app may",
        ),
        (
            "playground/play.py",
            "from bot.client import FootnoteBot",
            "imports bot.client, which is above playground",
        ),
        (
            "services/play.py",
            "import aiohttp",
            "imports aiohttp, which belongs to app, client, cogs, doctor, health, playground",
        ),
        ("ui/charts.py", "import matplotlib.pyplot", "imports matplotlib at module level"),
        (
            "services/play.py",
            "from datetime import datetime as dt\ndt.now()",
            "asks the clock (datetime.datetime.now)",
        ),
        (
            "ui/cards.py",
            "import datetime\ndatetime.datetime.utcnow()",
            "asks the clock (datetime.datetime.utcnow)",
        ),
        ("storage/rounds.py", "from time import time\ntime()", "asks the clock (time.time)"),
        ("bank/load.py", "import time\nfield(default_factory=time.time)", "asks the clock (time.time)"),
        ("domain/draw.py", "import random\nrandom.random()", "has randomness of its own (random.random)"),
        (
            "services/play.py",
            "from random import shuffle\nshuffle([])",
            "has randomness of its own (random.shuffle)",
        ),
        ("ui/utils.py", "", "is called utils, which says nothing"),
        ("services/helpers/rounds.py", "", "is called helpers, which says nothing"),
    ],
)
def test_each_breach_is_seen(tmp_path: Path, path: str, source: str, sentence: str) -> None:
    seed(tmp_path / path, f'"""Lives here."""\n{source}\n')
    assert [each for each in violations(tmp_path) if sentence in each]


def test_a_module_without_a_docstring_is_seen(tmp_path: Path) -> None:
    seed(tmp_path / "ui" / "cards.py", "WIDTH = 3\n")
    assert violations(tmp_path) == ["ui/cards.py:1: has no docstring that says what lives here"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("domain/draw.py", "from random import Random\ndef draw(random: Random):\n    random.shuffle([])"),
        ("domain/draw.py", "import random\ndef draw(random: random.Random):\n    random.shuffle([])"),
        ("services/play.py", "import random\nrandom.Random(7)"),
        ("storage/migrate.py", "def upgrade():\n    import alembic.command"),
        (
            "cli_app.py",
            "from bot import config, errors, paths\ndef play():\n    from bot.playground import world",
        ),
        ("playground/world.py", "import simcord, aiohttp, discord\nfrom bot.ui import cards"),
        (
            "cogs/quiz.py",
            "from bot.services import play\nfrom bot.ui import cards\nfrom bot.errors import Refusal",
        ),
    ],
)
def test_what_is_allowed_is_not_taken_for_a_breach(tmp_path: Path, path: str, source: str) -> None:
    seed(tmp_path / path, f'"""Lives here."""\n{source}\n')
    assert violations(tmp_path) == []


def seed(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
