"""How alike two words are. The one place in the rules that leaves the standard library: rapidfuzz, a pure function."""

from __future__ import annotations


def similarity(first: str, second: str) -> float:
    """From 0 (nothing alike) to 100 (equal): the normalised Indel similarity, 2 x common / total length.

    Source: rapidfuzz.fuzz.ratio; one letter wrong in ten gives 90.
    """
    # Not before the first typed answer: it takes as long to import as all rules of all questions.
    from rapidfuzz import fuzz

    return fuzz.ratio(first, second)
