"""Choose which of the things that have another as their value a page shows.

Of a payer or of a concept there may be thousands: a page has some of each property, says how many
there are, and links to the rest, a page at a time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from kg.show import BOOKKEEPING
from kg.terms import ACP
from kg.website.fetch import Asker

MOST_OF_EACH: Final = 20
"""Things of one property on the page of everything."""
PAGE_SIZE: Final = 50
"""Things of one property on a page of its own."""
_UNSAID: Final = ", ".join(sorted(map(str, {*BOOKKEEPING, ACP.basis})))
_COUNT: Final = """\
SELECT ?p (COUNT(*) AS ?things) WHERE {{
  ?s ?p {node} FILTER(isIRI(?s)) FILTER(?p NOT IN ({unsaid}))
}} GROUP BY ?p"""
_SOME: Final = """\
{{ SELECT ?s {{ ?s {p} {node} FILTER(isIRI(?s)) }} ORDER BY ?s LIMIT {size} OFFSET {offset} }}
BIND({p} AS ?p)"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of the things that have another as their value of a property, in the order of IRIs."""

    predicate: NamedNode
    count: int
    """How many there are in all."""
    offset: int = 0
    size: int = MOST_OF_EACH

    @property
    def end(self) -> int:
        """How many things are there up to its end.

        >>> Stretch(ACP.hasPayer, 120, offset=100, size=50).end
        120
        """
        return min(self.offset + self.size, self.count)


async def count_incoming(asker: Asker, node: NamedNode) -> Mapping[NamedNode, int]:
    """Return how many things have one as their value, by property.

    Raises:
        Fault: there is no answer.
    """
    rows = await asker.rows(_COUNT.format(node=node, unsaid=_UNSAID))
    return {row["p"]: int(row["things"].value) for row in rows if isinstance(row["p"], NamedNode)}


def incoming_query(node: NamedNode, stretches: Iterable[Stretch]) -> str:
    """Return a query for the triples of stretches."""
    some = " UNION ".join(
        "{ " + _SOME.format(node=node, p=one.predicate, size=one.size, offset=one.offset) + " }"
        for one in stretches
    )
    return f"CONSTRUCT {{ ?s ?p {node} }} WHERE {{ {some} }}"
