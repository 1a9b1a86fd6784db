"""Places to name the states, counties, cities and regions that a text is about, offline.

`read_place` reads one header value, `find_states` finds the states that prose names. Neither
guesses: what is not in the tables stays a place of kind `unknown` with its own words.
"""

from kg.places.gazetteer import Place, PlaceKind, state_by_code
from kg.places.header import PlaceReading, read_place, read_places
from kg.places.lookup import place_by_key, place_parents
from kg.places.mentions import StateMention, find_states

__all__ = [
    "Place",
    "PlaceKind",
    "PlaceReading",
    "StateMention",
    "find_states",
    "place_by_key",
    "place_parents",
    "read_place",
    "read_places",
    "state_by_code",
]
