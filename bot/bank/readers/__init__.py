"""One file per kind of document: its text, and where each part of it stands in the raw file."""
