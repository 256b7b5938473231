"""Footnote: a quiz bot for Discord whose every answer comes with its footnote."""
