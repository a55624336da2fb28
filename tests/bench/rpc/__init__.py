"""RPC round trips per second with 16 in flight: raw `amqp`, bare nameko, FastStream, and ours, in one run.

Every contestant is a server process and a client process of its own and echoes the same small body. What differs is what each of
them is: see the module of each for queue type, persistence, confirms and acknowledgements.
"""

from typing import Any

IN_FLIGHT = 16
PREFETCH = 32
BODY: dict[str, Any] = {"name": "Łucja Şahin-Müller", "note": "Zwei Exemplare, bitte an die Anschrift im Konto."}
