"""A database that cannot be opened: one readable sentence, whatever the command, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.operations.program import program

SECRET = "hunter2"

each_command = pytest.mark.parametrize("command", [("run",), ("db", "upgrade")], ids=" ".join)


async def refusal(folder: Path, address: str, command: tuple[str, ...]) -> str:
    """What the command says as it ends with 1."""
    async with program(folder, DATABASE_URL=address) as (_, it):
        code, said, errors = await it.run(*command)
    assert (code, said) == (1, "")
    assert "Traceback" not in errors
    assert SECRET not in errors
    # On a slow machine the log may speak of a stall before.
    sentence = errors.splitlines()[-1]
    assert sentence.startswith("footnote: The database ")
    return sentence


@each_command
async def test_a_missing_folder_is_told_in_a_sentence(tmp_path: Path, command: tuple[str, ...]) -> None:
    missing = tmp_path / "nowhere" / "footnote.db"
    assert str(missing) in await refusal(tmp_path, f"sqlite:///{missing}", command)


@each_command
async def test_a_file_that_is_no_database_is_told_in_a_sentence_and_left_alone(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    junk = tmp_path / "junk.db"
    junk.write_bytes(b"No database at all. " * 500)
    assert str(junk) in await refusal(tmp_path, f"sqlite:///{junk}", command)
    assert junk.read_bytes() == b"No database at all. " * 500


@each_command
async def test_a_server_that_is_down_is_told_in_a_sentence(tmp_path: Path, command: tuple[str, ...]) -> None:
    said = await refusal(tmp_path, f"postgresql://quiz:{SECRET}@127.0.0.1:1/quiz", command)
    assert "127.0.0.1:1/quiz" in said


@each_command
@pytest.mark.parametrize(
    "wrong", [{"password": SECRET}, {"database": "nowhere"}], ids=lambda each: next(iter(each))
)
async def test_a_server_that_refuses_is_told_in_a_sentence(
    postgresql_template: str, tmp_path: Path, command: tuple[str, ...], wrong: dict[str, str]
) -> None:
    address = make_url(postgresql_template).set(**wrong).render_as_string(hide_password=False)
    await refusal(tmp_path, address, command)
