"""How long a test waits for what must happen: much longer than that takes on a slow, busy machine; time decides no test."""

PATIENCE_SECONDS = 90.0
"""Stays below pytest's own limit for a test, so that the test can still say what it waited for."""
