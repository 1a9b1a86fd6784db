"""Measure extraction against gold records: values, spans, rules, documents and merges."""

from kg.evaluate.compare import Answer, Comparison, Evaluation, compare, evaluate
from kg.evaluate.gold import Gold, read_gold
from kg.evaluate.writing import write_evaluation

__all__ = [
    "Answer",
    "Comparison",
    "Evaluation",
    "Gold",
    "compare",
    "evaluate",
    "read_gold",
    "write_evaluation",
]
