"""Read gold records: what people say that documents say, against which extraction is measured."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from kg.errors import InputError
from kg.evaluate.forms import FIELDS, Field, Record

_OTHER_FIELDS: Final = (
    *("slug", "document", "evidence", "same_organizations", "annotator_notes"),
    *("aims", "care_activities", "outcomes", "other_labels_seen"),
)
"""What a gold record may hold beside the scored fields."""
_KNOWN: Final = frozenset((*(field.name for field in FIELDS), *_OTHER_FIELDS))


@dataclass(frozen=True, slots=True)
class Gold:
    """The gold records by the slug of their document, and what looks like a slip in them."""

    records: Mapping[str, Record]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    """The text of one record, with the place that it stands in."""

    path: Path
    text: str
    first_line: int
    slug: str | None
    """The slug that the name of the file gives; None where a file holds many records."""

    def fault(self, message: str, field: str = "") -> InputError:
        """Return the error, at the line where the field's name first stands."""
        offset = max(0, self.text.find(f'"{field}"')) if field else 0
        return InputError(self.path, message, line=self.line(offset))

    def line(self, offset: int) -> int:
        return self.first_line + self.text.count("\n", 0, offset)


def read_gold(path: Path) -> Gold:
    """Read a folder of gold records, or one file of them.

    In `NAME.json` stands the record of the document NAME; in a `.jsonl` file each line is a record
    that names its document by its `slug`.

    Raises:
        InputError: there are no records, or one of them is not what a record should be.
    """
    records: dict[str, Record] = {}
    doubts: list[str] = []
    for source in _sources(path):
        record = _parse(source)
        slug = _slug(source, record)
        if slug in records:
            raise source.fault(f"there is a second gold record for {slug!r}", "slug")
        _check(source, record)
        records[slug] = record
        doubts.extend(_doubts(source, record))
    if not records:
        raise InputError(path, "it holds no gold records (.json, or .jsonl with one a line)")
    return Gold(records, tuple(doubts))


def _sources(path: Path) -> Iterator[_Source]:
    try:
        files = [path] if not path.is_dir() else sorted(path.iterdir())
        for file in files:
            if file.suffix == ".json" and file.is_file():
                yield _Source(file, _decode(file), 1, file.stem)
            elif file.suffix == ".jsonl" and file.is_file():
                for number, line in enumerate(_decode(file).split("\n"), start=1):
                    if line.strip():
                        yield _Source(file, line, number, None)
            elif file == path:
                file.stat()  # says what is wrong with a path that leads nowhere
    except OSError as error:
        raise InputError(error.filename, f"it cannot be read ({error.strerror})") from error


def _decode(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(path, "it is not UTF-8 text", line=line) from error


def _parse(source: _Source) -> dict[str, Any]:
    try:
        record = json.loads(source.text)
    except json.JSONDecodeError as error:
        line = source.line(error.pos)
        problem = f"it is not JSON ({error.msg})"
        raise InputError(source.path, problem, line=line, column=error.colno) from error
    except (ValueError, RecursionError) as error:
        raise source.fault("it is not JSON that we can read") from error
    if not isinstance(record, dict):
        raise source.fault("a gold record is a JSON object: {…}")
    return record


def _slug(source: _Source, record: Record) -> str:
    slug = record.get("slug", source.slug)
    if not isinstance(slug, str) or not slug:
        raise source.fault("it needs a slug: the name of its document without the ending", "slug")
    if source.slug not in (None, slug):
        raise source.fault(f"its slug is {slug!r}, but the file is of {source.slug!r}", "slug")
    return slug


def _check(source: _Source, record: Record) -> None:
    for field in FIELDS:
        value = record.get(field.name)
        if not field.is_single and not isinstance(value, list | None):
            raise source.fault(f"{field.name} should be a list", field.name)
        for one in field.values(record):
            if not field.accepts(one):
                shown = json.dumps(one, ensure_ascii=False)[:60]
                problem = f"{field.name} should hold {field.expects}, not {shown}"
                raise source.fault(problem, field.name)
    _check_spans(source, record)
    same = record.get("same_organizations", [])
    if not isinstance(same, list) or not all(map(_is_list_of_texts, same)):
        problem = 'same_organizations should be lists of names, such as [["UPMC", "UPMC Health"]]'
        raise source.fault(problem, "same_organizations")


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _check_spans(source: _Source, record: Record) -> None:
    evidence = record.get("evidence")
    if not isinstance(evidence, dict | None):
        raise source.fault("evidence should be an object of lists, one for each field", "evidence")
    for field in FIELDS:
        spans = (evidence or {}).get(field.name)
        if spans is None:
            continue
        if not isinstance(spans, list) or not all(map(_is_span, spans)):
            problem = f'the evidence of {field.name} should be a list of {{"start": 0, "end": 5}}'
            raise source.fault(f"{problem}, with null where there is none", "evidence")
        if not _is_parallel(field, spans, field.values(record)):
            values = len(field.values(record))
            problem = f"{field.name} has {values} values, but {len(spans)} spans in its evidence"
            raise source.fault(problem, "evidence")


def _is_span(value: object) -> bool:
    if not isinstance(value, dict):
        return value is None
    start, end = value.get("start"), value.get("end")
    return isinstance(start, int) and isinstance(end, int) and 0 <= start < end


def _is_parallel(field: Field, spans: list[object], values: list[object]) -> bool:
    """Say whether each value has its span; a single value may have several, the first counts."""
    return len(spans) == len(values) or (field.is_single and len(spans) > len(values) > 0)


def _doubts(source: _Source, record: Record) -> Iterator[str]:
    """Yield what is no error, but would silently count as nothing said about a field."""
    for name in sorted(set(record) - _KNOWN):
        meant = get_close_matches(name, [field.name for field in FIELDS], n=1, cutoff=0.8)
        if meant:
            problem = f"{name!r} is no field of a record; did you mean {meant[0]!r}?"
            yield str(source.fault(problem, name))
