"""The outside world of `documents`: where the bytes are kept."""
