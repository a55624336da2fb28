"""Hashing and judging passwords, in native threads and not too many at once."""

from services.chassis.offloading import Bounded

MOST_AT_ONCE = 24
"""Of the 64 workers; at about 30 ms each they are all done within half a second on two cores."""

offload = Bounded(MOST_AT_ONCE)
