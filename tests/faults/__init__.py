"""Faults on purpose: the real process is hurt, and what it owes is counted afterwards. Run by `make torture`."""
