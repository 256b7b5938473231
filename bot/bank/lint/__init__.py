"""The linter: flaws of a course that a machine can find, each rule with its reason and its source.

To add a rule: a function in its family's file, and one line here; `docs/bank.md` tells it to authors.
The yardsticks are the 19 item-writing flaws of SAQUET (Moore et al., 2023: “Assessing the quality of
multiple-choice questions using GPT-4 and rule-based methods”) and the 31 guidelines of Haladyna, Downing and
Rodriguez (2002: “A review of multiple-choice item-writing guidelines for classroom assessment”).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.bank.lint import cues, duplicates, facts, keys, one_key, options, proofs, sources, stems, types
from bot.bank.lint.rule import LintRule
from bot.bank.lint.run import Finding, LintResult, run_rules
from bot.bank.problems import Severity
from bot.bank.references import Entries

__all__ = ["LINT_RULES", "Finding", "LintResult", "LintRule", "lint"]

LINT_RULES: Mapping[str, LintRule] = MappingProxyType(
    {
        "source-unused": LintRule(sources.source_unused),
        "fact-speaker": LintRule(facts.fact_speaker),
        "fact-relative-date": LintRule(facts.fact_relative_date),
        "fact-page-furniture": LintRule(facts.fact_page_furniture),
        "fact-unlinked-conflict": LintRule(facts.fact_unlinked_conflict),
        "option-same": LintRule(one_key.option_same),
        "option-alias": LintRule(one_key.option_alias),
        "option-true-elsewhere": LintRule(one_key.option_true_elsewhere),
        "option-form": LintRule(options.option_form),
        "option-unordered": LintRule(options.option_unordered),
        "option-all-or-none": LintRule(options.option_all_or_none),
        "option-absolute": LintRule(options.option_absolute),
        "option-vague": LintRule(options.option_vague),
        "key-stands-out": LintRule(cues.key_stands_out),
        "key-length": LintRule(cues.key_length),
        "answer-in-stem": LintRule(cues.answer_in_stem),
        "grammar-cue": LintRule(cues.grammar_cue),
        "stem-negative": LintRule(stems.stem_negative),
        "stem-antecedent": LintRule(stems.stem_antecedent),
        "stem-as-of": LintRule(stems.stem_as_of),
        "stem-view": LintRule(stems.stem_view),
        "stem-duplicate": LintRule(duplicates.stem_duplicate),
        "several-unsaid": LintRule(types.several_unsaid),
        "cloze-in-name": LintRule(types.cloze_in_name),
        "ordering-years": LintRule(types.ordering_years),
        "ordering-increases": LintRule(types.ordering_increases),
        "ordering-direction": LintRule(types.ordering_direction, Severity.WARNING),
        "matching-echo": LintRule(types.matching_echo),
        "explanation-repeats": LintRule(proofs.explanation_repeats),
        "remark-empty": LintRule(proofs.remark_empty),
        "key-unproven": LintRule(proofs.key_unproven, Severity.WARNING),
        "key-longest": LintRule(keys.key_longest),
        "key-shortest": LintRule(keys.key_shortest, Severity.WARNING),
        "true-false-balance": LintRule(keys.true_false_balance),
    }
)
"""Every rule by its id; an author waives one by that id."""


def lint(entries: Entries) -> LintResult:
    """Look at the sound entries of a course by every rule."""
    return run_rules(entries, LINT_RULES)
