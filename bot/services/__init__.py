"""Use cases: one function, one transaction. Called by cogs, clockwork, the command line and tests alike."""
