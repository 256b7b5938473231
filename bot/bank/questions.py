"""Questions made complete in themselves: options, footnotes and refutations from the facts."""

from __future__ import annotations

from bot.bank.schema import (
    AnyQuestionEntry,
    DistractorEntry,
    EvidenceEntry,
    FactEntry,
    SingleChoiceEntry,
    TrueFalseEntry,
)
from bot.domain.questions import Option, Question, Quotation, Source


class QuestionBuilder:
    """Builds the questions of one course from entries that passed every check."""

    def __init__(self, facts: dict[str, FactEntry], sources: dict[str, Source], language: str) -> None:
        self._facts = facts
        self._sources = sources
        self._language = language

    def build(self, entry: AnyQuestionEntry) -> Question:
        """The question as it is played; its topic is the first of its tags."""
        return Question(
            id=entry.id,
            type=entry.type,
            topic=entry.tags[0],
            stem=entry.stem,
            options=self._options(entry),
            explanation=entry.explanation,
            footnotes=self._footnotes(entry.facts),
            fact_ids=tuple(entry.facts),
            difficulty=entry.difficulty,
            cognitive=entry.cognitive,
            language=entry.language or self._language,
        )

    def _options(self, entry: AnyQuestionEntry) -> tuple[Option, ...]:
        if isinstance(entry, TrueFalseEntry):
            return self._true_false(entry)
        keys = [entry.answer] if isinstance(entry, SingleChoiceEntry) else entry.answer
        return (
            *(Option(text, is_key=True) for text in keys),
            *(self._distractor(distractor) for distractor in entry.distractors),
        )

    def _distractor(self, entry: DistractorEntry) -> Option:
        return Option(
            entry.text, is_key=False, why_wrong=entry.why_wrong, refutation=self._quoted(entry.refuted_by)
        )

    def _true_false(self, entry: TrueFalseEntry) -> tuple[Option, ...]:
        """“True”, then “False”: the only order that readers expect, whichever is the key."""
        refutation = self._quoted(entry.refuted_by or entry.facts[0])
        why_wrong = entry.why_wrong if entry.answer else entry.correction
        return tuple(
            Option(text, is_key=True)
            if is_key
            else Option(text, is_key=False, why_wrong=why_wrong, refutation=refutation)
            for text, is_key in (("True", entry.answer), ("False", not entry.answer))
        )

    def _footnotes(self, fact_ids: list[str]) -> tuple[Quotation, ...]:
        """The first quotation of each fact, without one that stands there already."""
        return tuple(dict.fromkeys(self._quoted(fact_id) for fact_id in fact_ids))

    def _quoted(self, fact_id: str) -> Quotation:
        shown: EvidenceEntry = self._facts[fact_id].evidence[0]
        return Quotation(self._sources[shown.source], shown.quote, shown.at, shown.place)
