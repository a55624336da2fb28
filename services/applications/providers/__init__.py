"""The outside world of applications."""
