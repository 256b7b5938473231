"""`footnote doctor`: what keeps the bot from running well here, and what to do about it.

Nothing is changed by an examination, and nothing of the bot knows of it.
"""
