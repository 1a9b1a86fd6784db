"""Turn program descriptions into a validated, evidence-backed knowledge graph.

`build` and `open_build` give a `KnowledgeGraph` to ask, look at and save. Names are loaded when
they are first used, so that `import kg` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

__version__ = "0.1.0"

if TYPE_CHECKING:
    from kg.answers import Comparison, Description, NetworkPage, Rows
    from kg.difference import Difference, diff
    from kg.errors import InputError, KGError, OutputError, UsageError
    from kg.graph import KnowledgeGraph, build, open_build

__all__ = [
    "Comparison",
    "Description",
    "Difference",
    "InputError",
    "KGError",
    "KnowledgeGraph",
    "NetworkPage",
    "OutputError",
    "Rows",
    "UsageError",
    "__version__",
    "build",
    "diff",
    "open_build",
]

_HOMES: Final = {
    **dict.fromkeys(("Comparison", "Description", "NetworkPage", "Rows"), "kg.answers"),
    **dict.fromkeys(("Difference", "diff"), "kg.difference"),
    **dict.fromkeys(("InputError", "KGError", "OutputError", "UsageError"), "kg.errors"),
    **dict.fromkeys(("KnowledgeGraph", "build", "open_build"), "kg.graph"),
}


if not TYPE_CHECKING:  # a type checker shall see the names above, and complain of any other

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
