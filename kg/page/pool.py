"""Tell each string once and refer to it by number."""


class Pool:
    """Strings in the order in which they were first told.

    >>> pool = Pool()
    >>> [pool.number(text) for text in ("payer", "place", "payer")], pool.strings
    ([0, 1, 0], ['payer', 'place'])
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """Return the number of a string, a new one if it is new."""
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def strings(self) -> list[str]:
        """The strings, each at the place that is its number."""
        return list(self._numbers)
