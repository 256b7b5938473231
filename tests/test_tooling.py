"""The two commands, the locks and the checks say the same thing wherever they are written down."""

import os
import re
import shutil
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCKS = ["requirements.txt", "requirements-play.txt", "requirements-dev.txt"]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def pins(lock: str) -> dict[str, Requirement]:
    """The pinned requirements of a lock by canonical name; every one must have hashes."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        pin, *hashes = re.split(r"\s+--hash=sha256:", line)
        assert hashes, f"{lock}: no hash for {pin}"
        assert all(re.fullmatch(r"[0-9a-f]{64}", each.strip()) for each in hashes), f"{lock}: {pin}"
        requirement = Requirement(pin)
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), f"{lock}: {pin} is not pinned"
        assert requirement.name not in found, f"{lock}: {pin} is pinned twice"
        found[canonicalize_name(requirement.name)] = requirement
    return found


def group(name: str) -> list[str]:
    entries = PYPROJECT["dependency-groups"][name]
    return [
        each
        for entry in entries
        for each in ([entry] if isinstance(entry, str) else group(entry["include-group"]))
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_pins_and_hashes_and_no_address(lock: str) -> None:
    assert pins(lock)
    assert not re.search(
        r"://|--(index-url|extra-index-url|find-links|trusted-host)", (ROOT / lock).read_text("utf-8")
    )


def test_the_locks_agree_on_every_version() -> None:
    runtime, play, dev = (pins(lock) for lock in LOCKS)
    for lock in (runtime, play):
        for name, pin in lock.items():
            assert dev[name].specifier == pin.specifier, name


def test_each_lock_has_what_it_is_for() -> None:
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"]
    wanted = {
        "requirements.txt": project["dependencies"] + extras["postgres"] + extras["metrics"],
        "requirements-play.txt": project["dependencies"] + extras["play"] + group("build"),
        "requirements-dev.txt": project["dependencies"] + extras["play"] + extras["postgres"] + group("dev"),
    }
    for lock, requirements in wanted.items():
        pinned = pins(lock)
        for requirement in map(Requirement, requirements):
            version = str(pinned[canonicalize_name(requirement.name)].specifier).removeprefix("==")
            assert requirement.specifier.contains(version), (
                f"{lock} has {requirement.name} {version}: run make lock"
            )


def test_the_server_gets_neither_the_playground_nor_the_tools() -> None:
    assert not {"simcord", "pytest", "hatchling"} & pins("requirements.txt").keys()
    assert not {"pytest", "ruff"} & pins("requirements-play.txt").keys()


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_the_locks_markers_can_be_judged_on_every_system(version: str, system: str) -> None:
    machine = {**default_environment(), "python_version": version, "python_full_version": f"{version}.0"}
    machine["sys_platform"] = system
    chosen = {
        name
        for name, pin in pins("requirements.txt").items()
        if not pin.marker or pin.marker.evaluate(machine)
    }
    # discord.py needs the module that Python 3.13 took out.
    assert ("audioop-lts" in chosen) == (version in {"3.13", "3.14"})
    assert "discord-py" in chosen


def test_before_a_commit_runs_what_a_submission_runs() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    by_hook = {hook["entry"] for hook in hooks[0]["hooks"]}
    by_ci = set(re.findall(r"^step (make \w+)", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE))
    assert by_hook == by_ci == {"make lint", "make types", "make check", "make test"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bit")
def test_the_submissions_script_can_be_started() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & stat.S_IXUSR


def test_a_heroku_like_host_finds_its_two_lines() -> None:
    assert (ROOT / "Procfile").read_text("utf-8").splitlines() == [
        "release: python -m bot db upgrade",
        "worker: python -m bot run",
    ]


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / "Makefile", folder)
    # A make above this one hands its own options down; they are not meant for this one.
    environ = {name: value for name, value in os.environ.items() if not re.match("MAKE|MFLAGS|PYTHON", name)}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


@needs_make
def test_make_alone_lists_what_there_is_to_make(tmp_path: Path) -> None:
    listed = re.findall(r"^  make (\w+) +\S", make(tmp_path).stdout, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert phony is not None
    assert sorted(listed) == sorted(phony[1].split())
    assert {"play", "test", "lint", "types", "lock"} <= set(listed)


@needs_make
def test_without_a_fitting_python_make_says_which_is_needed(tmp_path: Path) -> None:
    done = make(tmp_path, "test", f"PYTHON={tmp_path}/no-python")
    assert done.returncode == 2
    assert "Footnote needs Python 3.11, 3.12, 3.13 or 3.14" in done.stderr
    assert "make PYTHON=/path/to/python3 test" in done.stderr


@needs_make
def test_a_debian_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n')
    python.chmod(0o755)
    done = make(tmp_path, "play", f"PYTHON={python}")
    assert done.returncode == 2
    assert "apt-get install python3-venv" in done.stderr
    assert not (tmp_path / ".venv").exists()
