"""What the YAML parser's own errors mean to an author, and where the fault really is.

The parser speaks of indicators, block mappings and simple keys; an author wrote a colon too
many or a tab. One rule an error, the most telling first.
"""

from __future__ import annotations

import re

import yaml

from bot.bank.yaml_builder import RefusedYaml
from bot.bank.yaml_text import Finding

_QUOTE_IT = "write the whole text in quotation marks"
_RESERVED = "@`%"
_BAD_BEGINNINGS = ("cannot start any token", "expected node content", "mapping keys are not allowed")


def explain(error: yaml.YAMLError, text: str) -> Finding:
    """A parser's error as a finding in ``text``."""
    if isinstance(error, RefusedYaml):
        return error.finding
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Finding(0, f"this is not YAML: {error}", "compare it with the example in docs/bank.md")
    offset = min(error.problem_mark.index, len(text))
    context = error.context_mark.index if error.context_mark is not None else offset
    problem = error.problem or ""
    if error.context in ("while scanning an alias", "while scanning an anchor"):
        return _cannot_begin(text, context)
    return (
        _tab(text, offset)
        or _quotation(problem, text, offset, context)
        or _colon(problem, text, offset)
        or _bracket(problem, text, offset, context)
        or _first_character(problem, text, offset)
        or _indentation(problem, offset)
        or Finding(offset, f"this is not YAML: {problem}", "compare it with the example in docs/bank.md")
    )


def _tab(text: str, offset: int) -> Finding | None:
    line_start = text.rfind("\n", 0, offset) + 1
    indentation = re.compile(r"[ \t]*").match(text, line_start)
    if indentation is None or "\t" not in indentation[0] or offset > indentation.end():
        return None
    return Finding(
        line_start + indentation[0].index("\t"), "a tab is used to indent", "indent with spaces only"
    )


def _quotation(problem: str, text: str, offset: int, context: int) -> Finding | None:
    if "unexpected end of stream" in problem or "unexpected document indicator" in problem:
        return Finding(context, "this quotation mark is never closed", "close it at the end of the text")
    if "unknown escape character" in problem or "did not find expected hexdecimal number" in problem:
        return Finding(
            offset,
            "a backslash inside double quotation marks begins a special character",
            "write it twice (\\\\), or put the text in single quotation marks",
        )
    last = text[text.rfind("\n", 0, offset) + 1 : offset].rstrip()[-1:]
    if "did not find expected key" in problem and last in ("]", "}"):
        return Finding(offset, f"the text goes on after “{last}”", _QUOTE_IT)
    if "did not find expected key" in problem and last in ("'", '"'):
        return Finding(
            offset,
            "the text goes on after its closing quotation mark",
            "put all of it between quotation marks; inside '…' write '' for an apostrophe, inside \"…\" write \\\"",
        )
    return None


def _colon(problem: str, text: str, offset: int) -> Finding | None:
    if "mapping values are not allowed" not in problem:
        return None
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    if ": " in line:
        return Finding(
            offset, "YAML takes a colon followed by a space for the end of a field's name", _QUOTE_IT
        )
    return Finding(
        offset,
        "YAML does not expect a field here",
        "indent it like its neighbours, and put a colon and a space after each field's name",
    )


def _bracket(problem: str, text: str, offset: int, context: int) -> Finding | None:
    if "expected ',' or" in problem or ("expected node content" in problem and not text[offset:].strip()):
        context = context if "','" in problem else max(text.rfind("[", 0, offset), text.rfind("{", 0, offset))
        closing = "]" if text[context : context + 1] == "[" else "}"
        return Finding(
            context,
            f"this bracket is not closed with “{closing}” where it should be",
            "close it; a text that begins with a bracket, or holds a comma or bracket inside a list "
            "in brackets, must stand in quotation marks",
        )
    if "expected <document start>" in problem:
        return Finding(offset, "text after the end of the course's data", f"remove it, or {_QUOTE_IT}")
    return None


def _first_character(problem: str, text: str, offset: int) -> Finding | None:
    if text[offset : offset + 1] in tuple(_RESERVED) or any(said in problem for said in _BAD_BEGINNINGS):
        return _cannot_begin(text, offset)
    if "block sequence entries are not allowed" in problem:
        return Finding(offset, "YAML takes a hyphen followed by a space for an item of a list", _QUOTE_IT)
    if "expected comment or line break" in problem:
        return Finding(
            offset, "after | or > the text begins on the next line", f"begin a new line, or {_QUOTE_IT}"
        )
    if "tag" in problem:
        return Finding(offset, "YAML takes a word that begins with “!” for a tag", _QUOTE_IT)
    return None


def _cannot_begin(text: str, offset: int) -> Finding:
    return Finding(offset, f"an unquoted text cannot begin with “{text[offset : offset + 1]}”", _QUOTE_IT)


def _indentation(problem: str, offset: int) -> Finding | None:
    if "did not find expected" not in problem and "could not find expected ':'" not in problem:
        return None
    return Finding(
        offset,
        "this line does not fit the lines above it",
        "indent it like its neighbours; each field is its name, a colon, a space and its value",
    )
