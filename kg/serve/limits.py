"""Say how much one query, one client and one connection may take."""

import os
from dataclasses import dataclass, fields

from kg.errors import UsageError
from kg.guard import MAX_LENGTH


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for every request; seconds are of wall time, a megabyte is 2**20 bytes.

    >>> Limits(workers=0)
    Traceback (most recent call last):
    kg.errors.UsageError: workers must be more than 0, not 0
    """

    seconds: float = 10
    """For the engine to work out one answer; what it waits for a slow client does not count."""
    megabytes: int = 512
    """Memory for one answer, beyond what the dataset takes."""
    send_seconds: float = 60
    """For a client to take one answer, all waiting for it added up."""
    workers: int = max(4, os.cpu_count() or 1)
    """Queries at a time."""
    queue: int = 200
    """Queries that may wait for a worker."""
    queue_seconds: float = 5
    body: int = MAX_LENGTH
    """Bytes of a request's body."""
    head: int = 65_536
    """Bytes of a request's line and headers."""
    request_seconds: float = 20
    """For a client to send one request, and to take some of what it is sent."""
    idle_seconds: int = 10
    """Between two requests on one connection."""
    connections: int = 1_000
    answer: int = 1 << 30
    """Bytes of one answer of a store elsewhere; our own has only its time to write one."""
    cache: int = 32 << 20
    """Bytes of answers that are remembered."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value > 0:
                raise UsageError(f"{field.name.replace('_', ' ')} must be more than 0, not {value}")

    @property
    def share(self) -> int:
        """Queries that one client may have running: one worker is always left for the others."""
        return max(1, self.workers - 1)

    @property
    def waiting_share(self) -> int:
        """Queries that one client may have waiting."""
        return max(1, self.queue // 2)
