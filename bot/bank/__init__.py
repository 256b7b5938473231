"""Courses as files: reading, checking and verifying them. No database, no Discord."""
