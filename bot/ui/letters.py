"""How options are named on a card."""

LETTERS = "ABCDEFGHIJ"
