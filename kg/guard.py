r"""Look through the text of a query, to refuse what would harm this machine or leave it.

Four things cannot be left to the engine, pyoxigraph. It recurses over brackets and over chains
of operators until the process aborts (measured: from about 2,500 on, with a stack of 8 MB). It
plans the join of hundreds of patterns for longer than anyone waits. It sends requests to whatever
SERVICE names. And it places a syntax error where its furthest attempt to read a keyword ended,
which may be beyond the words at fault.

`<` begins an IRI or means "less than", and only a parser can tell: in `FILTER(?a<?b)SERVICE#>`
no IRI is read and SERVICE is a keyword. So the engine's own parser says whether a query uses
SERVICE, and what might be hidden in a doubtful `<...>` is counted, never skipped.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import re2
from pyoxigraph import Store

from kg.errors import UsageError
from kg.terminal import printable

MAX_LENGTH: Final = 262_144
MAX_DEPTH: Final = 128
MAX_OPERATORS: Final = 1_000
"""Brackets and operators in one query."""
MAX_PATTERNS: Final = 200
"""Triple patterns in one query, as counted by what separates them: planning grows with their cube,
and took seconds for 500."""

_OPENERS: Final = {"(": ")", "[": "]", "{": "}"}
_CLOSERS: Final = frozenset(_OPENERS.values())
_OPERATORS: Final = frozenset("([{!|&+-*/^<=>")
_SEPARATORS: Final = (".", ";", ",")
_LANGUAGE: Final = r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"
_LOCAL_NAME: Final = r"(?:[\pL\pN_:.\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])*"
_TOKEN: Final = re2.compile(
    r'(?P<string>"""(?:"?"?(?:[^"\\]|\\(?s:.)))*"""'
    r"|'''(?:'?'?(?:[^'\\]|\\(?s:.)))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*')"
    r"|(?P<iri><[^<>\"{}|^`\x00-\x20]*>)"
    r"|(?P<comment>#[^\n\r]*)"
    rf"|(?P<word>[?$][\pL\pN_·]+|{_LANGUAGE}|(?:[\pL][\pL\pN_.\-]*|_)?:{_LOCAL_NAME}|[\pL_]+)"
    r"|(?P<blank>[ \t\r\n]+)"
    r"|(?P<sign>[0-9.]+|!=|\^\^|&&|\|\||(?s:.))"
)
_ERROR: Final = re2.compile(r"^error at (\d+):(\d+):")
_REASON: Final = re2.compile(r"\b(?:[A-Z][A-Za-z]+(?: [A-Za-z]+)+)")
_UPDATES: Final = frozenset("ADD CLEAR COPY CREATE DELETE DROP INSERT LOAD MOVE WITH".split())
_PADDING: Final = " " * 64
"""Longer than the longest keyword, so that no attempt to read one reaches the end of a text."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: `string`, `iri`, `comment`, `word`, `blank` or `sign`."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.start + len(self.text)


def read_tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of a query, which together are the whole text.

    >>> [token.text for token in read_tokens("?p a acp:Program # all") if token.kind == "word"]
    ['?p', 'a', 'acp:Program']
    """
    for match in _TOKEN.finditer(text):
        yield Token(match.lastgroup, match.group(), match.start())


def refuse_unsafe(text: str, prefixes: Mapping[str, str], base: str | None = None) -> None:
    """Let a query pass that is of a sane size and asks only this graph.

    Raises:
        UsageError: with line and column of the words at fault.
    """
    _check_size(text)
    harmless = _without_service(text)
    if harmless != text and _parser(prefixes, base)(harmless) is not None:
        raise explain_fault(text, prefixes, base)


def explain_fault(text: str, prefixes: Mapping[str, str], base: str | None = None) -> UsageError:
    """Return what is wrong with a query that the engine refuses, and where."""
    harmless = _without_service(text)
    fault, reason = _first_fault(harmless, _parser(prefixes, base))
    place = _place(text, fault.start if fault else len(text))
    if fault is None:
        return UsageError(f"{reason or 'the query ends too early'}, at {place}")
    words = printable(text[fault.start : fault.end])
    if fault.text.upper().startswith(_MASK):
        return UsageError(f"SERVICE at {place} is refused: questions are answered from this graph")
    if fault.text.upper() in _UPDATES and not _says_question(text[: fault.start]):
        return UsageError(f"{words} at {place} is refused: a question cannot change the graph")
    if reason == "Prefix not found":
        return UsageError(f"unknown prefix at {place}: {words}")
    hint = f" ({reason})" if reason else ""
    return UsageError(f"the query is not SPARQL at {place}: {words}{hint}")


def _check_size(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise UsageError(f"the query has more than {MAX_LENGTH:,} characters")
    if (
        sum(map(text.count, _OPERATORS)) <= MAX_DEPTH
        and sum(map(text.count, _SEPARATORS)) <= MAX_PATTERNS
    ):
        return  # however they are read
    counter = _Counter()
    for token in read_tokens(text):
        if token.kind == "iri" and "://" not in token.text:
            # Perhaps "less than": count what it may hide. From here on, a comment or string that
            # we see may be code, and the other way round, if this holds their first character.
            counter.count_all(token.text)
            if "#" in token.text or "'" in token.text:
                counter.count_all(text[token.end :])
                return
        elif token.kind == "sign":
            counter.count(token)
        elif token.kind in {"string", "iri", "word"}:
            counter.negations = 0
            counter.patterns += token.kind == "word" and token.text.endswith(".")


class _Counter:
    """Counts open brackets and negations at a place in a query, and what stands before it."""

    def __init__(self) -> None:
        self.levels: list[int] = []
        self.brackets: list[str] = []
        self.negations = 0
        self.operators = 0
        self.patterns = 0
        self.unclosed = 0

    def count(self, token: Token) -> None:
        sign = token.text
        self.operators += sign[0] in _OPERATORS
        is_argument = sign == "," and self.brackets[-1:] == ["("]
        self.patterns += sign.endswith(_SEPARATORS) and not is_argument
        if sign == "!":
            self.negations += 1
        elif sign in _OPENERS:
            self.levels.append(1 + self.negations)
            self.brackets.append(sign)
            self.negations = 0
        else:
            self.negations = 0
            if sign in _CLOSERS and self.levels:
                self.levels.pop()
                self.brackets.pop()
        self._check()

    def count_all(self, text: str) -> None:
        """Count text that may be code or not: nothing in it closes a bracket."""
        self.operators += sum(map(text.count, _OPERATORS))
        self.patterns += sum(map(text.count, _SEPARATORS))
        self.unclosed += sum(map(text.count, (*_OPENERS, "!")))
        self._check()

    def _check(self) -> None:
        if sum(self.levels) + self.negations + self.unclosed > MAX_DEPTH:
            raise UsageError(f"the query nests brackets or negations more than {MAX_DEPTH} deep")
        if self.operators > MAX_OPERATORS:
            raise UsageError(f"the query has more than {MAX_OPERATORS:,} brackets and operators")
        if self.patterns > MAX_PATTERNS:
            raise UsageError(f"the query has more than {MAX_PATTERNS:,} triple patterns")


_MASK: Final = "SERVICX"


def _without_service(text: str) -> str:
    """Misspell every SERVICE, which leaves names and literals well formed but not the keyword.

    A query that the engine can still parse has not used the keyword anywhere. Lengths stay the
    same, so that a place in the one text is the same place in the other.
    """
    pieces, rest = [], 0
    lowered = text.translate(_ASCII_LOWER)
    while (found := lowered.find("service", rest)) >= 0:
        pieces += [text[rest:found], _MASK]
        rest = found + len(_MASK)
    return "".join((*pieces, text[rest:]))


_ASCII_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


_Parse: TypeAlias = Callable[[str], str | None]
"""Returns what the engine has against a text, or nothing."""


def _parser(prefixes: Mapping[str, str], base: str | None) -> _Parse:
    def parse(text: str) -> str | None:
        try:
            Store().query(text, prefixes=dict(prefixes), base_iri=base)
        except SyntaxError as error:
            return str(error)
        except RuntimeError:  # an unknown function: well formed, and reported when it is asked
            return None
        return None

    return parse


def _first_fault(text: str, parse: _Parse) -> tuple[Token | None, str]:
    """Return the first piece after which no query can go on, with the engine's reason.

    The first pieces of a good query, cut off and padded with blanks, fail only at their end. So
    the longest part that does is found by bisection.
    """
    tokens = [token for token in read_tokens(text) if token.kind not in {"blank", "comment"}]
    low, high = 0, len(tokens)
    while low < high:
        middle = (low + high) // 2
        if _can_go_on(text[: tokens[middle].end], parse):
            low = middle + 1
        else:
            high = middle
    fault = tokens[low] if low < len(tokens) else None
    part = text if fault is None else text[: fault.end] + _PADDING
    reason = _REASON.search(_ERROR.sub("", parse(part) or ""))
    return fault, reason.group() if reason else ""


def _can_go_on(text: str, parse: _Parse) -> bool:
    padded = text + _PADDING
    message = parse(padded)
    if message is None:
        return True
    found = _ERROR.search(message)
    lines = padded.split("\n")
    return found is None or (int(found[1]), int(found[2])) == (len(lines), len(lines[-1]) + 1)


def _says_question(text: str) -> bool:
    words = {token.text.upper() for token in read_tokens(text) if token.kind == "word"}
    return not words.isdisjoint({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})


def _place(text: str, offset: int) -> str:
    line = text.count("\n", 0, offset) + 1
    return f"line {line}, column {offset - text.rfind(chr(10), 0, offset)}"
