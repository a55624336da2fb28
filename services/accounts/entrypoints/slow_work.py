"""Hashing and judging passwords, in native threads and not too many at once."""

import os

from services.chassis.offloading import Bounded

MOST_AT_ONCE = 24
"""Of the 64 workers; at about 25 ms each the last of them waits for about half a second."""
AT_A_TIME = max(1, (os.cpu_count() or 1) // 2)
"""Half of the cores; the other half answers everybody else."""

offload = Bounded(MOST_AT_ONCE, AT_A_TIME)
