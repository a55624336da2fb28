"""The outside world of `messaging`: the mail server."""
