"""Name the ways in which a query can go without an answer, each with its HTTP status."""

from typing import Final, Literal, TypeAlias, get_args

from kg.errors import ServiceError

Outcome: TypeAlias = Literal[
    "refused",
    "forbidden",
    "missing",
    "unacceptable",
    "large",
    "unsupported",
    "time",
    "memory",
    "busy",
    "crashed",
    "slow",
    "gone",
    "unavailable",
    "late",
]
STATUS: Final[dict[Outcome, int]] = {
    "refused": 400,  # no SPARQL, or SPARQL that is not answered
    "forbidden": 403,  # an update
    "missing": 404,  # no such graph
    "unacceptable": 406,  # no format that the client takes
    "large": 413,
    "unsupported": 415,  # a body of another type, encoding or character set
    "time": 503,
    "memory": 503,
    "busy": 503,  # the only one that may succeed when it is tried again
    "crashed": 500,
    "slow": 408,  # the client did not take its answer, or send its request
    "gone": 499,  # nobody is there to be told; the number is nginx's
    "unavailable": 502,  # a store elsewhere failed, or cannot be reached
    "late": 504,  # a store elsewhere did not answer in time
}


class Fault(ServiceError):  # noqa: N818  # the word of the SPARQL Protocol
    """No answer; the message is for the client.

    >>> Fault("time", "the query took more than 10 seconds").status
    503
    """

    def __init__(self, outcome: Outcome, message: str) -> None:
        self.outcome: Outcome = outcome
        super().__init__(message)

    @property
    def status(self) -> int:
        """The HTTP status that says so."""
        return STATUS[self.outcome]


def read_outcome(word: str) -> Outcome:
    """Return an outcome that a worker named; a word of another vocabulary is a crash.

    >>> read_outcome("memory"), read_outcome("nonsense")
    ('memory', 'crashed')
    """
    return next((outcome for outcome in get_args(Outcome) if outcome == word), "crashed")
