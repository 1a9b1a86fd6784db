"""Lay an evaluation out as rows: by field, by rule, by document, and each mistake by itself."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from kg.evaluate.compare import Comparison, Evaluation
from kg.evaluate.figures import Bootstrap, Tally, add_up
from kg.evaluate.forms import FIELDS, Item
from kg.evaluate.merges import MergeFigures
from kg.evaluate.rules import rule_figures
from kg.evaluate.spans import SpanFigures, span_figures

Cell: TypeAlias = str | int | float | None
Row: TypeAlias = dict[str, Cell]

ALL: Final = "all fields"


def total_row(evaluation: Evaluation) -> Row:
    """Return the figures over all values, with the interval that other documents would give."""
    return _with_interval(evaluation, Bootstrap(len(evaluation.comparisons)), None)


def field_rows(evaluation: Evaluation) -> list[Row]:
    """Return the figures of each field, then of all."""
    fields = [field.name for field in FIELDS]
    bootstrap = Bootstrap(len(evaluation.comparisons))
    return [
        {"field": name or ALL, **_with_interval(evaluation, bootstrap, name)}
        for name in (*fields, None)
    ]


def _with_interval(evaluation: Evaluation, bootstrap: Bootstrap, field: str | None) -> Row:
    tallies = [one.tally(field) for one in evaluation.comparisons]
    low, high = bootstrap.interval(tallies) or (None, None)
    total = add_up(tallies)
    return _scores(total) | {"f1_low": low, "f1_high": high} | _sizes(total)


def _scores(tally: Tally, prefix: str = "") -> Row:
    return {
        f"{prefix}precision": tally.precision,
        f"{prefix}recall": tally.recall,
        f"{prefix}f1": tally.f1,
    }


def _sizes(tally: Tally) -> Row:
    return {"gold": int(tally.gold), "found": int(tally.found)}


def span_rows(evaluation: Evaluation) -> list[Row] | None:
    """Return the figures of the spans of each field that gold marks; None if it marks none."""
    figures = span_figures(evaluation.comparisons)
    if figures is None:
        return None
    total = sum(figures.values(), SpanFigures())
    return [
        {
            "field": name,
            **_scores(one.strict, "strict_"),
            **_scores(one.partial, "partial_"),
            **_sizes(one.strict),
        }
        for name, one in (*figures.items(), (ALL, total))
        if one != SpanFigures()
    ]


def rule_rows(evaluation: Evaluation) -> list[Row]:
    """Return what each rule did; a rule without facts never fired."""
    return [
        {
            "rule": one.name,
            "facts": one.facts,
            "documents": one.documents,
            "right": one.right,
            "wrong": one.wrong,
            "precision": one.precision,
            "coverage": one.coverage,
            "fields": ", ".join(one.fields),
            "meaning": one.meaning,
        }
        for one in rule_figures(evaluation.comparisons)
    ]


def document_rows(evaluation: Evaluation) -> list[Row]:
    """Return the figures of each document, the worst first."""
    return [
        {
            "document": one.slug,
            **_scores(one.tally()),
            **_sizes(one.tally()),
            "missed": _listed(one.missed),
            "wrong": _listed(one.wrong),
        }
        for one in sorted(evaluation.comparisons, key=_badness)
    ]


def _badness(comparison: Comparison) -> tuple[float, int, str]:
    mistakes = len(comparison.missed) + len(comparison.wrong)
    return comparison.tally().f1, -mistakes, comparison.slug


def _listed(items: Iterable[Item]) -> str:
    return "; ".join(f"{item.field}: {item.shown}" for item in items)


def mistake_rows(evaluation: Evaluation) -> list[Row]:
    """Return each value that was missed or is wrong, in documents from the worst on.

    With the words that it stands in, where they are known: for a missed value they are the gold
    record's.
    """
    return [row for one in sorted(evaluation.comparisons, key=_badness) for row in _mistakes(one)]


def _mistakes(comparison: Comparison) -> Iterator[Row]:
    order = {field.name: number for number, field in enumerate(FIELDS)}
    mistakes = [("missed", item) for item in comparison.missed]
    mistakes += [("wrong", item) for item in comparison.wrong]
    for what, item in sorted(mistakes, key=lambda mistake: order[mistake[1].field]):
        yield {
            "document": comparison.slug,
            "field": item.field,
            "mistake": what,
            "value": item.shown,
            "rule": item.words.rule if item.words else "",
            **_place(comparison, item),
        }


def _place(comparison: Comparison, item: Item) -> Row:
    if item.words is None or comparison.answer is None:
        return {"line": None, "words": ""}
    document = comparison.answer.extraction.document
    words = " ".join(document.text[item.words.start : item.words.end].split())
    return {"line": document.position(item.words.start)[0], "words": words}


def merge_row(figures: MergeFigures) -> Row:
    """Return the pairwise figures of organizations taken for one."""
    pairs = figures.pairs
    sizes = {"names": figures.names, "gold_pairs": int(pairs.gold), "found_pairs": int(pairs.found)}
    return _scores(pairs) | sizes
