"""Read corrections from TOML, and say of what is wrong where it stands and what was meant."""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import re2

from kg.corrections.form import (
    ADDABLE,
    COMMON,
    KINDS,
    OPTIONAL,
    PROPERTIES,
    REQUIRED,
    Correction,
    Corrections,
    plain,
    suggest,
)
from kg.errors import InputError

FORMAT: Final = 1
_MOST_BYTES: Final = 1024 * 1024
_LONGEST_LINE: Final = 10_000
"""Characters; the parser takes time in the square of the parts of one dotted key."""
_LONGEST_TEXT: Final = 2_000
_MOST_CORRECTIONS: Final = 10_000
_LARGEST_NUMBER: Final = 10**15
_HEADER = re2.compile(r"^\s*\[\[\s*correction\s*\]\]")
_PLACE = re2.compile(r"^(.*) \(at line (\d+), column (\d+)\)$")
_HUMP = re2.compile(r"([a-z])([A-Z])")


def read_corrections(path: Path) -> Corrections:
    """Read a file of corrections.

    Raises:
        InputError: it cannot be read, or something in it means nothing.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(path, f"cannot be read: {reason}") from error
    return parse_corrections(data, str(path))


def parse_corrections(data: bytes, path: str) -> Corrections:
    r"""Return the corrections of a file's content.

    >>> text = b'format = 1\n[[correction]]\naction = "merge"\nby = "R. O."\nwhy = "one firm"'
    >>> file = parse_corrections(text + b'\nnames = ["Acme Inc."]\ninto = "Acme"', "c.toml")
    >>> [(item.line, item.action, item.into) for item in file.items]
    [(2, 'merge', 'Acme')]
    """
    text = _decoded(data, path)
    table = _parsed(text, path)
    for key in table:
        if key not in {"format", "correction"}:
            hint = suggest(key, ["format", "correction"], otherwise="a file has")
            line = _line_of(text, key, 1, None)
            raise InputError(path, f"“{key[:80]}” means nothing here{hint}", line=line)
    version = table.get("format")
    if version != FORMAT or isinstance(version, bool):
        raise InputError(path, f"begin the file with `format = {FORMAT}`, the only one there is")
    tables = table.get("correction", [])
    if not isinstance(tables, list) or not all(isinstance(item, dict) for item in tables):
        raise InputError(path, "write each correction under a line of its own: [[correction]]")
    if len(tables) > _MOST_CORRECTIONS:
        raise InputError(path, f"holds more than {_MOST_CORRECTIONS:,} corrections")
    lines = _header_lines(text, len(tables))
    following = (*lines[1:], None)[: len(lines)]
    places = zip(tables, lines, following, strict=True)
    return Corrections(path, tuple(_Reader(path, text, *place).correction() for place in places))


def _decoded(data: bytes, path: str) -> str:
    if len(data) > _MOST_BYTES:
        raise InputError(path, f"is larger than {_MOST_BYTES:,} bytes, the most that is read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(path, "is not UTF-8 text; save it as UTF-8", line=line) from error
    for number, words in enumerate(text.split("\n"), start=1):
        if len(words) > _LONGEST_LINE:
            message = f"the line is longer than {_LONGEST_LINE:,} characters"
            raise InputError(path, message, line=number)
    return text


def _parsed(text: str, path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise InputError(path, "is nested too deep to be read") from error
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _PLACE.match(message)
        line, column = (int(place.group(2)), int(place.group(3))) if place else (None, None)
        said = place.group(1) if place else message
        raise InputError(path, f"is not TOML: {said}", line=line, column=column) from error
    except ValueError as error:  # Python refuses an integer of thousands of digits
        raise InputError(path, "holds a number with too many digits") from error


def _header_lines(text: str, count: int) -> tuple[int | None, ...]:
    """Return where each correction begins, as far as the lines tell."""
    lines = [n for n, line in enumerate(text.split("\n"), start=1) if _HEADER.match(line)]
    return tuple(lines) if len(lines) == count else (None,) * count


def _line_of(text: str, key: str, first: int, end: int | None) -> int | None:
    lines = text.split("\n")[first - 1 : end and end - 1]
    for number, line in enumerate(lines, start=first):
        start = line.strip().removeprefix('"').removeprefix("'")
        if start.startswith(key) and "=" in line:
            return number
    return None


class _Reader:
    """Reads one table."""

    def __init__(
        self, path: str, text: str, table: Mapping[str, Any], line: int | None, end: int | None
    ) -> None:
        self._path, self._text, self._table = path, text, table
        self._line, self._end = line, end

    def correction(self) -> Correction:
        """Return the correction that the table is."""
        action = self._action()
        allowed = {"action", "date", *COMMON, *REQUIRED[action], *OPTIONAL[action]}
        for key in self._table:
            if key not in allowed:
                hint = suggest(key, allowed, otherwise=f"“{action}” takes")
                raise self._error(f"“{key[:80]}” means nothing in “{action}”{hint}", key)
        for key in (*COMMON, *REQUIRED[action]):
            if key not in self._table:
                raise self._error(f"“{action}” needs `{key} = …`")
        return Correction(action, **dict(self._values()), line=self._line)

    def _error(self, message: str, key: str = "") -> InputError:
        line = self._line
        if key and line is not None:
            line = _line_of(self._text, key, line, self._end) or line
        return InputError(self._path, message, line=line)

    def _action(self) -> str:
        action = self._table.get("action")
        if not isinstance(action, str):
            raise self._error(f"say what to do: action = {' | '.join(REQUIRED)}")
        if action not in REQUIRED:
            hint = suggest(action, REQUIRED, otherwise="there are")
            raise self._error(f"no action is called “{action[:80]}”{hint}", "action")
        return action

    def _values(self) -> Iterator[tuple[str, Any]]:
        for key, value in self._table.items():
            if key == "action":
                continue
            if key == "names":
                yield key, self._names(value)
            elif key == "occurrence":
                yield key, self._occurrence(value)
            else:
                name = "predicate" if key == "property" else key
                yield name, self._known(key, self._words(key, value))

    def _names(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not value:
            raise self._error('names is a list, such as ["Acme", "Acme Inc."]', "names")
        names = tuple(dict.fromkeys(self._words("names", name) for name in value))
        if self._table["action"] == "keep-apart" and len(names) < 2:
            raise self._error("keep-apart needs two names at least", "names")
        return names

    def _occurrence(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10_000:
            raise self._error("occurrence is a number from 1, counted from the top", "occurrence")
        return value

    def _words(self, key: str, value: object) -> str:
        """Return a text; numbers, dates and truth values may go without quotation marks."""
        if isinstance(value, bool):
            words = str(value).lower()
        elif isinstance(value, int) and abs(value) < _LARGEST_NUMBER:
            words = str(value)
        elif isinstance(value, dt.date):
            words = value.isoformat()
        elif isinstance(value, str):
            words = value.strip()
        else:
            raise self._error(f'{key} is a text: write it as {key} = "…"', key)
        if not words:
            raise self._error(f"{key} says nothing", key)
        if len(words) > _LONGEST_TEXT:
            message = f"{key} is longer than {_LONGEST_TEXT:,} characters"
            raise self._error(message, key)
        if any(character < " " and character not in "\n\r\t" for character in words):
            raise self._error(f"{key} holds a control character", key)
        return words

    def _known(self, key: str, words: str) -> str:
        if key == "property":
            return self._property(words)
        if key == "kind" and words not in KINDS:
            hint = suggest(words, KINDS, otherwise="there are")
            raise self._error(f"no kind of thing is called “{words}”{hint}", key)
        if key == "to" and plain(words) == plain(str(self._table.get("value", ""))):
            raise self._error("the new value is the old one, so nothing changes", key)
        return words

    def _property(self, words: str) -> str:
        """Return a property's name, which may be given as `kg show` prints it."""
        known = ADDABLE if self._table["action"] == "add" else PROPERTIES
        for name in known:
            spoken = str(_HUMP.sub(r"\1 \2", name)).lower()
            if words.removeprefix("acp:") == name or words.lower() == spoken:
                return name
        hint = suggest(words, known, otherwise="there are")
        verb = "can be added" if known is ADDABLE else "is called"
        raise self._error(f"no property {verb} “{words}”{hint}", "property")
