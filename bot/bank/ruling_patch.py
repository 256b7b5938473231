"""A ruling as a change of a course's files, so that the bank in git can follow what a server decided.

What can be said in the files is said there: another accepted wording, another key, a distractor that is none. What
cannot (a second key of a kind that has one) makes the question a draft, with the ruling beside it for its author.
Nothing is written here: the change is offered.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from bot.bank.question_schema import entry_model
from bot.bank.questions import JUDGEMENTS
from bot.bank.yaml_edits import (
    CannotEdit,
    Edit,
    append,
    apply,
    insert_field,
    put,
    remove_item,
    rename,
    scalar,
)
from bot.bank.yaml_files import read_yaml_bytes
from bot.bank.yaml_values import YamlList, YamlMapping, value_at
from bot.domain.question_types.numeric import parse_number
from bot.domain.questions import Question, QuestionType, Response
from bot.domain.rulings import Ruling, RulingKind

_QUESTIONS = "questions"
_LEAST_DISTRACTORS = 2
_CONTEXT = 3
_NO_NEWLINE = "\\ No newline at end of file"

Editor = Callable[[str, YamlMapping, Question, Response, str], list[Edit]]


def patch_of(course: Path, question: Question, ruling: Ruling) -> str | None:
    """The ruling as a unified diff against the course's folder; None where the question is not there as it was asked.

    ``question`` is the version without rulings.
    """
    for path in sorted((course / _QUESTIONS).glob("**/*.yaml")):
        raw = path.read_bytes()
        if question.id.encode() not in raw:
            continue
        file = read_yaml_bytes(raw, path.name)
        for node in file.root if isinstance(file.root, YamlList) else ():
            if isinstance(node, YamlMapping) and node.get("id") == question.id:
                if " ".join(str(node.get("stem")).split()) != question.stem:
                    return None
                return _diff(
                    path.relative_to(course).as_posix(), file.text, _edited(file.text, node, question, ruling)
                )
    return None


def _diff(name: str, before: str, after: str) -> str | None:
    """A unified diff. Not `difflib.unified_diff`: in long files that takes frequent lines for noise, and shows them."""
    if before == after:
        return None
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    written = [f"--- a/{name}\n", f"+++ b/{name}\n"]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        (_, old_start, _, new_start, _), (_, _, old_end, _, new_end) = group[0], group[-1]
        written.append(
            f"@@ -{old_start + 1},{old_end - old_start} +{new_start + 1},{new_end - new_start} @@\n"
        )
        for tag, first, last, new_first, new_last in group:
            written += [f"{' ' if tag == 'equal' else '-'}{line}" for line in old[first:last]]
            if tag != "equal":
                written += [f"+{line}" for line in new[new_first:new_last]]
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}\n" for line in written)


def _edited(text: str, node: YamlMapping, question: Question, ruling: Ruling) -> str:
    """The file with the ruling in it, in the nearest way that the format allows."""
    for editor in (_editor(question, ruling), _drafted):
        try:
            edits = editor(text, node, question, ruling.verdict.response or Response(), ruling.verdict.reason)
        except (CannotEdit, ValueError):
            continue
        edited = apply(text, [*edits, _comment(text, node, ruling)])
        if _is_sound(edited, question.id):
            return edited
    return text


def _is_sound(text: str, question_id: str) -> bool:
    """Whether the changed question can still be read by the format of its kind."""
    file = read_yaml_bytes(text.encode(), "")
    for node in file.root if isinstance(file.root, YamlList) else ():
        if isinstance(node, YamlMapping) and node.get("id") == question_id:
            try:
                entry_model(QuestionType(str(node.get("type"))), node).model_validate(node)
            except ValidationError:
                return False
            return not file.problems
    return False


def _comment(text: str, node: YamlMapping, ruling: Ruling) -> Edit:
    """The ruling in a line above the question."""
    start = text.rfind("\n", 0, node.keys_at["id"]) + 1
    what = {
        RulingKind.ACCEPT: "another answer counts as well",
        RulingKind.REKEY: "the key was changed",
        RulingKind.VOID_ALL: "voided, with points for all",
        RulingKind.VOID_NONE: "voided, with points for none",
        RulingKind.REJECT: "a dispute was rejected",
    }[ruling.verdict.kind]
    line = f"# Ruling {ruling.id} of {ruling.made_at:%Y-%m-%d}: {what}. {ruling.verdict.reason}"
    return Edit(start, start, f"{line}\n")


def _editor(question: Question, ruling: Ruling) -> Editor:
    if ruling.verdict.kind in (RulingKind.VOID_ALL, RulingKind.VOID_NONE):
        return _retired
    if ruling.verdict.kind is RulingKind.ACCEPT:
        if question.text_key is not None:
            return _alias
        return _without_distractor if question.type is QuestionType.SINGLE_CHOICE else _drafted
    editors: dict[QuestionType, Editor] = {
        QuestionType.SINGLE_CHOICE: _swap_choice,
        QuestionType.MULTIPLE_ANSWER: _swap_several,
        QuestionType.TRUE_FALSE: _turn,
        QuestionType.NUMERIC: _other_number,
        QuestionType.SHORT_TEXT: _other_words,
        QuestionType.CLOZE: _other_words,
        QuestionType.ORDERING: _other_order,
        QuestionType.MATCHING: _other_pairs,
        QuestionType.EVIDENCE: _swap_judgement if question.passage is not None else _swap_sentence,
    }
    return editors[question.type]


def _retired(text: str, node: YamlMapping, _question: Question, _response: Response, _why: str) -> list[Edit]:
    return [put(text, node, ("status",), "retired")]


def _drafted(text: str, node: YamlMapping, _question: Question, _response: Response, _why: str) -> list[Edit]:
    return [put(text, node, ("status",), "draft")]


def _alias(text: str, node: YamlMapping, _question: Question, response: Response, _why: str) -> list[Edit]:
    if node.get("aliases"):
        return [append(text, node, "aliases", response.text)]
    if "aliases" in node:
        raise CannotEdit
    indentation = " " * (node.keys_at["answer"] - (text.rfind("\n", 0, node.keys_at["answer"]) + 1))
    item = f"{indentation}  - {scalar(response.text)}"
    return [insert_field(text, node, "answer", f"aliases:\n{item}")]


def _without_distractor(
    text: str, node: YamlMapping, question: Question, response: Response, _why: str
) -> list[Edit]:
    """An option that counts as well is no distractor: without it, the question has one key again."""
    distractors = node.get("distractors")
    if not isinstance(distractors, YamlList) or len(distractors) <= _LEAST_DISTRACTORS:
        raise CannotEdit
    return [remove_item(text, node, "distractors", _distractor(node, question, response.chosen[0]))]


def _swap_choice(
    text: str, node: YamlMapping, question: Question, response: Response, why: str
) -> list[Edit]:
    """Key and distractor change places."""
    at = _distractor(node, question, response.chosen[0])
    return [
        put(text, node, ("answer",), question.options[response.chosen[0]].text),
        put(text, node, ("distractors", at, "text"), str(node["answer"])),
        put(text, node, ("distractors", at, "why_wrong"), why),
    ]


def _swap_several(
    text: str, node: YamlMapping, question: Question, response: Response, why: str
) -> list[Edit]:
    gone, new = sorted(question.key - response.choices), sorted(response.choices - question.key)
    answers = node.get("answer")
    if len(gone) != len(new) or not isinstance(answers, YamlList):
        raise CannotEdit
    edits = []
    for old, fresh in zip(gone, new, strict=True):
        at = _distractor(node, question, fresh)
        edits += [
            put(
                text,
                node,
                ("answer", _place(answers, question.options[old].text)),
                question.options[fresh].text,
            ),
            put(text, node, ("distractors", at, "text"), question.options[old].text),
            put(text, node, ("distractors", at, "why_wrong"), why),
        ]
    return edits


def _turn(text: str, node: YamlMapping, _question: Question, _response: Response, why: str) -> list[Edit]:
    is_true = node.get("answer") is not True
    old, new = ("correction", "why_wrong") if is_true else ("why_wrong", "correction")
    turned = put(text, node, ("answer",), is_true)
    if old in node:
        return [turned, rename(node, (old,), new), put(text, node, (old,), why)]
    return [turned, insert_field(text, node, "answer", f"{new}: {scalar(why)}")]


def _other_number(
    text: str, node: YamlMapping, _question: Question, response: Response, _why: str
) -> list[Edit]:
    value = parse_number(response.text)
    if value is None:
        raise CannotEdit
    return [put(text, node, ("answer",), value)]


def _other_words(
    text: str, node: YamlMapping, _question: Question, response: Response, _why: str
) -> list[Edit]:
    if node.get("aliases"):
        raise CannotEdit  # whether they still count, an author must say
    return [put(text, node, ("answer",), response.text)]


def _other_order(
    text: str, node: YamlMapping, question: Question, response: Response, _why: str
) -> list[Edit]:
    return [
        put(text, node, ("items", place), question.options[item].text)
        for place, item in enumerate(response.chosen)
        if place != item
    ]


def _other_pairs(
    text: str, node: YamlMapping, question: Question, response: Response, _why: str
) -> list[Edit]:
    edits = [
        put(text, node, ("pairs", left, "right"), question.matches[match])
        for left, match in enumerate(response.chosen)
        if left != match
    ]
    left_over = [match for match in range(len(question.matches)) if match not in response.chosen]
    for place, match in enumerate(left_over):
        if match != len(question.options) + place:
            edits.append(put(text, node, ("extra", place), question.matches[match]))
    return edits


def _swap_sentence(
    text: str, node: YamlMapping, _question: Question, response: Response, why: str
) -> list[Edit]:
    # The key stands first, and the distractors behind it in the file's order.
    at = response.chosen[0] - 1
    fact, facts = value_at(node, ("distractors", at, "fact")), node.get("facts")
    if at < 0 or not isinstance(fact, str) or not isinstance(facts, YamlList):
        raise CannotEdit
    # The fact of the key stands first among those that the question rests on.
    moved = [put(text, node, ("facts", 0), fact)]
    if fact in facts:
        moved.append(put(text, node, ("facts", facts.index(fact)), str(facts[0])))
    return [
        *moved,
        put(text, node, ("answer",), fact),
        put(text, node, ("distractors", at, "fact"), str(node["answer"])),
        put(text, node, ("distractors", at, "why_wrong"), why),
    ]


def _swap_judgement(
    text: str, node: YamlMapping, _question: Question, response: Response, why: str
) -> list[Edit]:
    new = list(JUDGEMENTS)[response.chosen[0]]
    return [
        rename(node, ("why_wrong", new), str(node["answer"])),
        put(text, node, ("why_wrong", new), why),
        put(text, node, ("answer",), new),
    ]


def _distractor(node: YamlMapping, question: Question, option: int) -> int:
    """Where an option stands among the distractors of the file."""
    distractors = node.get("distractors")
    if not isinstance(distractors, YamlList):
        raise CannotEdit
    wanted = question.options[option].text
    texts = [
        " ".join(str(each.get("text")).split()) if isinstance(each, YamlMapping) else ""
        for each in distractors
    ]
    if wanted not in texts:
        raise CannotEdit
    return texts.index(wanted)


def _place(items: YamlList, wanted: str) -> int:
    texts = [" ".join(str(each).split()) for each in items]
    if wanted not in texts:
        raise CannotEdit
    return texts.index(wanted)
