"""The wheel works alone: built, installed into a new environment, and run in an empty folder."""

import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = ["bot", "questions", "migrations", "tests", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"]
SCRIPTS = "Scripts" if os.name == "nt" else "bin"

# What the extra brings and nothing else needs, as it stands in site-packages.
PLAY_EXTRA = ("simcord", "linkify_it", "regex", "pillow", "PIL")


@dataclass(frozen=True)
class Installed:
    """A new environment with the wheel in it, and an empty folder to run it in."""

    venv: Path
    folder: Path

    def environ(self, **further: str) -> dict[str, str]:
        """Ours, without what would configure Python or Footnote, and with further variables."""
        own = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "FOOTNOTE", "COV"))
        }
        own |= {
            "HOME": str(self.folder.parent),
            "XDG_DATA_HOME": str(self.folder.parent / "data"),
            "COLUMNS": "200",
        }
        return own | further

    def run(self, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
        executable = self.venv / SCRIPTS / command[0]
        return subprocess.run(
            [executable, *command[1:]],
            cwd=self.folder,
            env=self.environ(**environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    @property
    def site_packages(self) -> Path:
        return Path(sysconfig.get_path("purelib", vars={"base": str(self.venv), "platbase": str(self.venv)}))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy in which somebody keeps the documents beside their course."""
    source = tmp_path_factory.mktemp("source")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, source / part)
        else:
            shutil.copy(ROOT / part, source)
    documents = source / "questions" / "zhongguancun" / "documents"
    documents.mkdir(exist_ok=True)
    (documents / "wire-china-2022.txt").write_text("other people's text")
    build = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(source / "dist"),
        str(source),
    ]
    done = subprocess.run(build, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = (source / "dist").glob("*.whl")
    return built


def install(wheel: Path, top: Path, packages: str) -> Installed:
    place = Installed(top / "venv", top / "empty")
    place.folder.mkdir()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place.venv], check=True, timeout=60)
    python = place.venv / SCRIPTS / "python"
    pip = ["-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run([sys.executable, *pip], check=True, timeout=60)
    # Its packages are the locked ones that stand in this environment already: no network, and the same versions.
    # A folder named in a .pth file has its own .pth files ignored, so that the checkout stays out of sight.
    (place.site_packages / "locked.pth").write_text(packages + "\n")
    return place


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(wheel, tmp_path_factory.mktemp("elsewhere"), sysconfig.get_path("purelib"))


@pytest.fixture(scope="module")
def installed_without_its_extra(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    packages = tmp_path_factory.mktemp("packages")
    for each in Path(sysconfig.get_path("purelib")).iterdir():
        if not each.name.startswith(PLAY_EXTRA):
            (packages / each.name).symlink_to(each)
    return install(wheel, tmp_path_factory.mktemp("without"), str(packages))


def test_the_courses_and_migrations_travel_inside(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in ("questions", "migrations"):
        expected = {
            f"bot/bundled/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / part).rglob("*")
            if path.is_file() and path.suffix in {".yaml", ".py", ".mako"} and "documents" not in path.parts
        }
        assert expected
        assert expected <= set(names)


def test_neither_documents_nor_tests_travel(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"bot"}
    assert not [
        name for name in names if name.endswith((".txt", ".db", ".pyc")) and "entry_points" not in name
    ]
    assert not [name for name in names if "documents/" in name or "tests/" in name]


def test_the_program_that_runs_is_the_wheels(installed: Installed) -> None:
    done = installed.run("python", "-c", "import bot; print(bot.__file__)")
    assert Path(done.stdout.strip()) == installed.site_packages / "bot" / "__init__.py", done.stderr


def test_help_names_the_commands(installed: Installed) -> None:
    done = installed.run("footnote", "--help")
    assert done.returncode == 0, done.stderr
    for command in ("run", "play", "bank", "db"):
        assert command in done.stdout


def test_the_bundled_course_checks_without_error(installed: Installed) -> None:
    done = installed.run("footnote", "bank", "check", "zhongguancun")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_bundled_migrations_make_a_database(installed: Installed, tmp_path: Path) -> None:
    file = tmp_path / "quiz.db"
    done = installed.run("footnote", "db", "upgrade", DATABASE_URL=f"sqlite:///{file}")
    assert done.returncode == 0, done.stdout + done.stderr
    with closing(sqlite3.connect(file)) as connection:
        tables = {
            name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")
        }
    assert {"alembic_version", "rounds", "answers"} <= tables


def test_the_module_is_the_same_program(installed: Installed) -> None:
    # The Procfile starts it so.
    assert installed.run("python", "-m", "bot", "--help").returncode == 0


def test_the_playground_can_be_asked_for_help(installed: Installed) -> None:
    done = installed.run("footnote", "play", "--help")
    assert done.returncode == 0, done.stderr
    assert "--learners" in done.stdout


def test_the_playground_starts(installed: Installed) -> None:
    with subprocess.Popen(
        [installed.venv / SCRIPTS / "footnote", "play", "--no-browser", "--simulated", "0"],
        cwd=installed.folder,
        env=installed.environ(),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as playing:
        assert playing.stdout is not None
        lines = iter(playing.stdout.readline, "")
        assert any(line.startswith("http://127.0.0.1:") for line in lines)
        playing.terminate()


def test_courses_may_be_named_in_a_file_of_settings(installed: Installed) -> None:
    course = installed.folder / "mine"
    shutil.copytree(ROOT / "docs" / "examples" / "course", course)
    settings = installed.folder / ".env"
    settings.write_text(f"FOOTNOTE_COURSES={course}\n")
    try:
        done = installed.run("footnote", "bank", "check", "tea")
    finally:
        settings.unlink()
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_its_extra_the_playground_says_what_to_install(
    installed_without_its_extra: Installed,
) -> None:
    done = installed_without_its_extra.run("footnote", "play", "--no-browser")
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "footnote-quiz[play]" in said
    assert "Traceback" not in said


def test_all_but_the_playground_does_without_its_extra(installed_without_its_extra: Installed) -> None:
    for command in (["--help"], ["bank", "check", "zhongguancun"], ["play", "--help"]):
        done = installed_without_its_extra.run("footnote", *command)
        assert done.returncode == 0, done.stdout + done.stderr
    # Without a token it says how to get one, and needs no playground to do so.
    done = installed_without_its_extra.run("footnote", "run", DISCORD_TOKEN="")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "DISCORD_TOKEN" in done.stderr
