"""The outside world of `accounts`: the provider of electronic identities."""
