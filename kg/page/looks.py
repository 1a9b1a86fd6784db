"""Say how each type of thing looks on the page and in which column it stands."""

from dataclasses import dataclass
from typing import Final

COLUMNS: Final = (
    *("For whom and why", "Who pays", "Program", "Who provides", "Where"),
    *("Payment and care roles", "What is done"),
)
"""Left to right, what each column answers."""


@dataclass(frozen=True, slots=True)
class Look:
    """Shape and hue of a type, never the hue alone; network.css defines the hues, light and dark.

    A detail is hidden at first where there are many things, so that the key links can be seen:
    payer, program, group, place.
    """

    shape: str
    hue: str
    column: int
    is_detail: bool = False


LOOKS: Final = {
    "Program": Look("card", "ink", 2),
    "Payer": Look("hexagon", "blue", 1),
    "Initiative": Look("card", "slate", 1),
    "ProviderOrganization": Look("house", "teal", 3),
    "Organization": Look("house", "slate", 3),
    "PractitionerGroup": Look("circle", "teal", 3, is_detail=True),
    "Place": Look("pin", "green", 4),
    "PaymentArrangement": Look("diamond", "amber", 5, is_detail=True),
    "CareRoleAssignment": Look("person", "violet", 5, is_detail=True),
    "CareTeam": Look("people", "violet", 5, is_detail=True),
    "CareActivity": Look("chevron", "pink", 6, is_detail=True),
    "approach": Look("octagon", "slate", 1, is_detail=True),
    "payer-type": Look("tag", "blue", 1, is_detail=True),
    "condition": Look("cross", "red", 0, is_detail=True),
    "aim": Look("star", "cyan", 0, is_detail=True),
}
"""In the order of the legend, which is also that of a column from top to bottom."""


def plural(name: str) -> str:
    """Return the English plural of a label of the model.

    >>> plural("care activity"), plural("payer"), plural("Program aims")
    ('care activities', 'payers', 'Program aims')
    """
    if name.endswith("s"):
        return name
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
