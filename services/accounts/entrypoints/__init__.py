"""The entrypoints of `accounts` by activity: each method decodes, calls one use case, encodes. `service.py` joins them."""
