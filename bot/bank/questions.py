"""Questions made complete in themselves: options, footnotes and refutations from the facts."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.bank.question_facts import facts_shown
from bot.bank.question_schema import (
    AnyQuestionEntry,
    DistractorEntry,
    MatchingEntry,
    MultipleAnswerEntry,
    NumericEntry,
    OrderingEntry,
    PassageEntry,
    SentencesEntry,
    ShortTextEntry,
    SingleChoiceEntry,
    TrueFalseEntry,
)
from bot.bank.schema import EvidenceEntry, FactEntry
from bot.domain.questions import NumericKey, Option, Question, Quotation, Source, TextKey

JUDGEMENTS: Final = {
    "supported": "Supported",
    "contradicted": "Contradicted",
    "not_stated": "Not stated",
}
"""What a passage may do to a claim, in the order shown."""


class QuestionBuilder:
    """Builds the questions of one course from entries that passed every check."""

    def __init__(self, facts: dict[str, FactEntry], sources: dict[str, Source], language: str) -> None:
        self._facts = facts
        self._sources = sources
        self._language = language

    def build(self, entry: AnyQuestionEntry) -> Question:
        """The question as it is played; its topic is the first of its tags."""
        question = Question(
            id=entry.id,
            type=entry.type,
            topic=entry.tags[0],
            stem=entry.stem,
            options=(),
            explanation=entry.explanation,
            footnotes=self._footnotes(entry.facts),
            fact_ids=facts_shown(entry),
            difficulty=entry.difficulty,
            cognitive=entry.cognitive,
            language=entry.language or self._language,
        )
        match entry:
            case NumericEntry():
                return replace(question, numeric_key=_numeric_key(entry))
            case ShortTextEntry():
                key = TextKey((entry.answer, *entry.aliases), entry.threshold)
                return replace(question, text_key=key)
            case MatchingEntry():
                matches = (*(pair.right for pair in entry.pairs), *entry.extra)
                lefts = tuple(Option(pair.left, is_key=True) for pair in entry.pairs)
                return replace(question, options=lefts, matches=matches)
            case PassageEntry():
                return replace(question, options=self._judgements(entry), passage=self._quoted(entry.passage))
            case _:
                return replace(question, options=self._options(entry))

    def _options(
        self,
        entry: SingleChoiceEntry | MultipleAnswerEntry | TrueFalseEntry | OrderingEntry | SentencesEntry,
    ) -> tuple[Option, ...]:
        match entry:
            case TrueFalseEntry():
                return self._true_false(entry)
            case OrderingEntry():
                return tuple(Option(text, is_key=True) for text in entry.items)
            case SentencesEntry():
                return self._sentences(entry)
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

    def _sentences(self, entry: SentencesEntry) -> tuple[Option, ...]:
        """The sentence that supports the claim, which refutes the others, and these."""
        key = self._quoted(entry.answer)
        return (
            Option(key.text, is_key=True),
            *(
                Option(self._quoted(each.fact).text, is_key=False, why_wrong=each.why_wrong, refutation=key)
                for each in entry.distractors
            ),
        )

    def _judgements(self, entry: PassageEntry) -> tuple[Option, ...]:
        passage = self._quoted(entry.passage)
        return tuple(
            Option(text, is_key=True)
            if name == entry.answer
            else Option(text, is_key=False, why_wrong=getattr(entry.why_wrong, name), refutation=passage)
            for name, text in JUDGEMENTS.items()
        )

    def _footnotes(self, fact_ids: list[str]) -> tuple[Quotation, ...]:
        """The first quotation of each fact, without one that stands there already."""
        return tuple(dict.fromkeys(self._quoted(fact_id) for fact_id in fact_ids))

    def _quoted(self, fact_id: str) -> Quotation:
        shown: EvidenceEntry = self._facts[fact_id].evidence[0]
        return Quotation(self._sources[shown.source], shown.quote, shown.at, shown.place)


def _numeric_key(entry: NumericEntry) -> NumericKey:
    tolerance = entry.tolerance
    return NumericKey(entry.answer, entry.unit, tolerance.absolute or 0.0, tolerance.relative or 0.0)
