import csv
import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.places import (
    find_states,
    gazetteer,
    place_by_key,
    place_parents,
    read_place,
    read_places,
    state_by_code,
)

TABLES: Final = files("kg") / "data" / "places"

# value | key without "place" | short name | basis | misspelling of
HEADERS: Final = """
Leigh Valley, PA | us_pa_region_lehigh-valley | Lehigh Valley | normalized | Lehigh Valley
Loudoun, VA | us_va_county_51107 | Loudoun | normalized
Tuscon, AZ | us_az_city_tucson | Tucson | normalized | Tucson
NJ | us_nj | New Jersey | normalized
Atlanta, GA | us_ga_city_atlanta | Atlanta | stated
Kansas City, KS | us_ks_city_kansas-city | Kansas City | stated
Kansas City, MO | us_mo_city_kansas-city | Kansas City | stated
New York, NY | us_ny_city_new-york | New York | stated
New York City, NY | us_ny_city_new-york | New York City | normalized
Greater Tulsa, OK | us_ok_region_greater-tulsa | Greater Tulsa | stated
Rhode Island | us_ri | Rhode Island | stated
Denver, Colorado | us_co_city_denver | Denver | stated
Miami, FL | us_fl_city_miami | Miami | stated
Washington, DC | us_dc_city_washington | Washington | stated
Washington, D.C. | us_dc_city_washington | Washington | stated
Harrisburg, PA | us_pa_city_harrisburg | Harrisburg | stated
Omaha, NE | us_ne_city_omaha | Omaha | stated
Columbus, OH | us_oh_city_columbus | Columbus | stated
Houston, TX | us_tx_city_houston | Houston | stated
Philadelphia, PA | us_pa_city_philadelphia | Philadelphia | stated
Mineville, NY | us_ny_city_mineville | Mineville | stated
Nassau, NY | us_ny_county_36059 | Nassau | normalized
Orange, CA | us_ca_city_orange | Orange | stated
Suffolk, NY | us_ny_county_36103 | Suffolk | normalized
Fairfax, VA | us_va_city_fairfax | Fairfax | stated
Fairfax County, VA | us_va_county_51059 | Fairfax County | stated
Fairfax City, VA | us_va_city_fairfax | Fairfax City | normalized
Baltimore, MD | us_md_city_baltimore | Baltimore | stated
Baltimore City, MD | us_md_city_baltimore | Baltimore City | normalized
Orleans Parish, LA | us_la_county_22071 | Orleans Parish | stated
Orleans County, LA | us_la_county_22071 | Orleans County | normalized
Middle Tennessee, TN | us_tn_region_middle-tennessee | Middle Tennessee | stated
Middle Tennessee | us_tn_region_middle-tennessee | Middle Tennessee | stated
Hudson Valley, NY | us_ny_region_hudson-valley | Hudson Valley | stated
Hudson Valley | us_ny_region_hudson-valley | Hudson Valley | inferred
DFW Metroplex, TX | us_tx_region_dallas-fort-worth-metroplex | DFW Metroplex | normalized
Dallas/Fort Worth, TX | us_tx_region_dallas-fort-worth-metroplex | Dallas/Fort Worth | normalized
Capital District, NY | us_ny_region_capital-district | Capital District | stated
Research Triangle, NC | us_nc_region_research-triangle | Research Triangle | stated
Bay Area, CA | us_ca_region_san-francisco-bay-area | Bay Area | normalized
Upper Peninsula, MI | us_mi_region_upper-peninsula | Upper Peninsula | stated
Eastern Pennsylvania | us_pa_region_eastern-pennsylvania | Eastern Pennsylvania | normalized
Western NY | us_ny_region_western-new-york | Western New York | normalized
Eastern Massachusetts | us_ma_region_eastern-massachusetts | Eastern Massachusetts | normalized
Northern Virginia | us_va_region_northern-virginia | Northern Virginia | stated
Northern Virginia, VA | us_va_region_northern-virginia | Northern Virginia | stated
Northeast Ohio | us_oh_region_northeast-ohio | Northeast Ohio | stated
West Virginia | us_wv | West Virginia | stated
St. Louis, MO | us_mo_city_st-louis | St. Louis | stated
Saint Louis, MO | us_mo_city_st-louis | Saint Louis | normalized
Ft. Worth, TX | us_tx_city_fort-worth | Ft. Worth | normalized
Portland, Ore. | us_or_city_portland | Portland | stated
Phoenix, Ariz. | us_az_city_phoenix | Phoenix | stated
N.J. | us_nj | New Jersey | normalized
Washington | text_washington | Washington | stated
Washington State | us_wa | Washington | stated
State of Ohio | us_oh | Ohio | stated
Ohio (statewide) | us_oh | Ohio | stated
Statewide | text_statewide | Statewide | stated
Statewide, OH | us_oh | Ohio | normalized
United States | us | United States | stated
USA | us | United States | normalized
National | us | United States | normalized
Boston, Massachussets | us_ma_city_boston | Boston | normalized | Massachusetts
Pennsylvana | us_pa | Pennsylvania | normalized | Pennsylvania
Utah, UT | us_ut | Utah | stated
Oklahoma, OK | us_ok | Oklahoma | stated
Springfield, XX | text_springfield-xx | Springfield, XX | stated
Lehigh County, PA | us_pa_county_42077 | Lehigh County | stated
Loudon County, VA | us_va_county_51107 | Loudoun County | normalized | Loudoun County
Bronx, NY | us_ny_city_the-bronx | Bronx | normalized
Brooklyn, NY | us_ny_city_brooklyn | Brooklyn | stated
Honolulu, HI | us_hi_city_honolulu | Honolulu | stated
Kailua, HI | us_hi_city_kailua | Kailua | stated
Tulsa area | text_tulsa-area | Tulsa area | stated
Delmarva, MD | us_region_delmarva-peninsula | Delmarva | normalized
Eastern Shore, MD | us_md_region_eastern-shore | Eastern Shore | stated
Eastern Shore | text_eastern-shore | Eastern Shore | stated
Greater Cincinnati | us_region_greater-cincinnati | Greater Cincinnati | inferred
Denver CO | us_co_city_denver | Denver | stated
Denver Colorado | us_co_city_denver | Denver | stated
Denver, CO 80202 | us_co_city_denver | Denver | stated
Denver, CO, USA | us_co_city_denver | Denver | stated
San Juan, PR | us_pr_county_72127 | San Juan | normalized
Or | text_or | Or | stated
OR | us_or | Oregon | normalized
Me | text_me | Me | stated
City of Milwaukee, WI | us_wi_city_milwaukee | City of Milwaukee | normalized
Coplay Borough, PA | us_pa_city_coplay | Coplay Borough | normalized
Bedford Borough, PA | us_pa_city_bedford | Bedford Borough | normalized
Pittsburg, PA | us_pa_city_pittsburgh | Pittsburgh | normalized | Pittsburgh
Pittsburgh, PA | us_pa_city_pittsburgh | Pittsburgh | stated
Pittsburg, KS | us_ks_city_pittsburg | Pittsburg | stated
Cleavland, OH | us_oh_city_cleveland | Cleveland | normalized | Cleveland
Philidelphia, PA | us_pa_city_philadelphia | Philadelphia | normalized | Philadelphia
Minneapolis-St. Paul, MN | us_mn_region_twin-cities | Minneapolis-St. Paul | normalized
Winston Salem, NC | us_nc_city_winston-salem | Winston Salem | stated
Anchorage, AK | us_ak_city_anchorage | Anchorage | stated
Carson City, NV | us_nv_city_carson-city | Carson City | stated
Juneau, AK | us_ak_city_juneau | Juneau | stated
Ohio and Kentucky | text_ohio-and-kentucky | Ohio and Kentucky | stated
Gary, IN; Lima, OH | text_gary-in-lima-oh | Gary, IN; Lima, OH | stated
Metro Atlanta, GA | us_ga_region_metro-atlanta | Metro Atlanta | stated
Twin Cities | us_mn_region_twin-cities | Twin Cities | inferred
Tri-Cities, WA | us_wa_region_tri-cities | Tri-Cities | stated
Tri-Cities | text_tri-cities | Tri-Cities | stated
Indianapolis, IN | us_in_city_indianapolis | Indianapolis | stated
Lexington, KY | us_ky_city_lexington | Lexington | stated
Nashville, TN | us_tn_city_nashville | Nashville | stated
Louisville, KY | us_ky_city_louisville | Louisville | stated
Burlington, VT | us_vt_city_burlington | Burlington | stated
Guam | us_gu | Guam | stated
Puerto Rico | us_pr | Puerto Rico | stated
Virgin Islands | us_vi | U.S. Virgin Islands | normalized
Long Island, NY | us_ny_region_long-island | Long Island | stated
Westchester County, NY | us_ny_county_36119 | Westchester County | stated
Westchester, NY | us_ny_county_36119 | Westchester | normalized
Bergen, NJ | us_nj_county_34003 | Bergen | normalized
Essex, NJ | us_nj_county_34013 | Essex | normalized
Cape Cod, MA | us_ma_region_cape-cod | Cape Cod | stated
Lehigh Valley | us_pa_region_lehigh-valley | Lehigh Valley | inferred
The Lehigh Valley | us_pa_region_lehigh-valley | The Lehigh Valley | inferred
Lehigh, PA | us_pa_county_42077 | Lehigh | normalized
Southwest Virginia | us_va_region_southwest-virginia | Southwest Virginia | normalized
Western Slope | us_co_region_western-slope | Western Slope | inferred
South Jersey, NJ | us_nj_region_south-jersey | South Jersey | stated
Central Valley, CA | us_ca_region_central-valley | Central Valley | stated
Bucks County, Pa. | us_pa_county_42017 | Bucks County | stated
Nationwide | us | United States | normalized
New Mexico | us_nm | New Mexico | stated
Kanses | us_ks | Kansas | normalized | Kansas
Illinios | us_il | Illinois | normalized | Illinois
Arkansaw | us_ar | Arkansas | normalized | Arkansas
Conneticut | us_ct | Connecticut | normalized | Connecticut
Chattanoga, TN | us_tn_city_chattanooga | Chattanooga | normalized | Chattanooga
Cincinatti, OH | us_oh_city_cincinnati | Cincinnati | normalized | Cincinnati
Alburquerque, NM | us_nm_city_albuquerque | Albuquerque | normalized | Albuquerque
Albuquerque, NM | us_nm_city_albuquerque | Albuquerque | stated
Milwaukie, WI | us_wi_city_milwaukee | Milwaukee | normalized | Milwaukee
Minnapolis, MN | us_mn_city_minneapolis | Minneapolis | normalized | Minneapolis
Detriot, MI | us_mi_city_detroit | Detroit | normalized | Detroit
Salt Lake City, UT | us_ut_city_salt-lake-city | Salt Lake City | stated
Waimea, HI | us_hi_city_waimea | Waimea | stated
Clinton, NY | us_ny_county_36019 | Clinton | normalized
Greene, NY | us_ny_county_36039 | Greene | normalized
Macomb, MI | us_mi_county_26099 | Macomb | normalized
King, WA | us_wa_county_53033 | King | normalized
Maricopa, AZ | us_az_city_maricopa | Maricopa | stated
Cook, IL | us_il_county_17031 | Cook | normalized
Dade, FL | text_dade-fl | Dade | stated
Miami-Dade, FL | us_fl_county_12086 | Miami-Dade | normalized
Western New York | us_ny_region_western-new-york | Western New York | stated
Kenai Peninsula, AK | us_ak_county_02122 | Kenai Peninsula | normalized
Bostn, Massachussets | text_bostn-massachussets | Bostn, Massachussets | stated
Montara | text_montara | Montara | stated
Miss | text_miss | Miss | stated
Main | text_main | Main | stated
Washingon | text_washingon | Washingon | stated
Loudoun County, Virginia | us_va_county_51107 | Loudoun County | stated
Loudoun VA | us_va_county_51107 | Loudoun | normalized
Lincoln, NE | us_ne_city_lincoln | Lincoln | stated
Little Rock, AR | us_ar_city_little-rock | Little Rock | stated
Austin, TX | us_tx_city_austin | Austin | stated
Boston, MA | us_ma_city_boston | Boston | stated
Providence, RI | us_ri_city_providence | Providence | stated
Hartford, CT | us_ct_city_hartford | Hartford | stated
Cincinnati, OH | us_oh_city_cincinnati | Cincinnati | stated
Pierre, SD | us_sd_city_pierre | Pierre | stated
County of Los Angeles, CA | us_ca_county_06037 | County of Los Angeles | stated
Greater Des Moines, IA | us_ia_region_greater-des-moines | Greater Des Moines | normalized
Greater Nowhere, IA | text_greater-nowhere-ia | Greater Nowhere | stated
The Bronx, NY | us_ny_city_the-bronx | The Bronx | stated
Commonwealth of Pennsylvania | us_pa | Pennsylvania | stated
Lehigh Valley, VA | text_lehigh-valley-va | Lehigh Valley | stated
Village of Oak Creek, AZ | text_village-of-oak-creek-az | Village of Oak Creek | stated
Norfolk, Va. | us_va_city_norfolk | Norfolk | stated
Fort Smith, AR | us_ar_city_fort-smith | Fort Smith | stated
Mt. Pleasant, SC | us_sc_city_mount-pleasant | Mt. Pleasant | normalized
Coeur d’Alene, ID | us_id_city_coeur-dalene | Coeur d’Alene | stated
Wahiawā, HI | us_hi_city_wahiawa | Wahiawā | stated
DC | us_dc | District of Columbia | normalized
D.C. | us_dc | District of Columbia | normalized
Minevile, NY | text_minevile-ny | Minevile | stated
Louden, VA | text_louden-va | Louden | stated
Gary, IN | us_in_city_gary | Gary | stated
"""

STATES: Final = {
    "West Virginia and Virginia": "WV VA",
    "Washington, DC": "DC",
    "Washington, D.C.": "DC",
    "the Washington D.C. office": "DC",
    "Washington state law": "WA",
    "in Washington": "",
    "Oregon and Washington": "OR WA",
    "Idaho, Oregon, Washington and Alaska": "ID OR WA AK",
    "Washington and Oregon": "WA OR",
    "George Washington": "",
    "Seattle, Washington": "WA",
    "Spokane, WA": "WA",
    "Washington State University": "",
    "New York City": "",
    "New York, NY": "NY",
    "New York, New York": "NY",
    "New York State": "NY",
    "New York-Presbyterian": "",
    "Virginia Mason": "",
    "Virginia Medicaid": "VA",
    "Virginia Mason Medical Center in Seattle, WA": "WA",
    "Georgia Smith runs it": "",
    "Georgia Medicaid": "GA",
    "in Georgia. The": "GA",
    "in Georgia The": "",
    "Indiana University": "",
    "Ohio State University": "",
    "University of Michigan": "",
    "Kansas City": "",
    "Kansas City, KS": "KS",
    "Delaware County": "",
    "Delaware, OH": "OH",
    "Delaware, Ohio": "OH",
    "Indiana, Pennsylvania": "PA",
    "Indiana, PA": "PA",
    "Ohio, Kentucky and Indiana": "OH KY IN",
    "Delaware, Maryland": "DE MD",
    "Jane Smith, MD": "",
    "Dr. Columbia, MD": "",
    "in Columbia, MD": "MD",
    "John Jackson, PA": "",
    "Robert Reading, PA": "",
    "Reading, PA": "PA",
    "CT scan, CT": "",
    "MRI, CT": "",
    "Mary Hope, MA": "",
    "Mary Boston, MA": "",
    "Boston, MA": "MA",
    "Medicaid, VA and others": "",
    "ohio": "",
    "OHIO": "OH",
    "NEW YORK": "NY",
    "Ohioan": "",
    "Kansas Medicaid": "KS",
    "Arkansas": "AR",
    "Portland, OR": "OR",
    "quality, OR cost": "",
    "Lake Michigan": "",
    "Ohio River Valley": "",
    "Mississippi Delta": "MS",
    "West\xa0Virginia": "WV",
    "New\nJersey": "NJ",
    "South Carolina’s": "SC",
    "Blue Cross Blue Shield of Minnesota": "MN",
    "Maine, Vermont and New Hampshire": "ME VT NH",
    "District of Columbia": "DC",
    "Puerto Rico": "PR",
    "Missouri City, TX": "TX",
    "Wyoming Valley": "",
    "St. Louis, MO": "MO",
    "Cañon City, CO": "CO",
    "Española, NM": "NM",
    "Tuscon, AZ": "AZ",
    "north of Chicago, IL and Gary, IN.": "IL IN",
    "IL, IN": "",
    "Medicare, Texas": "TX",
    "Hartford, CT's": "CT",
    "Georgia Institute of Technology": "",
    "Ohio-Kentucky": "OH KY",
    "Ohio/Kentucky": "OH KY",
    "North Kansas City": "",
    "Colorado Springs, Colorado": "CO",
    "Vancouver, Washington": "WA",
    "Washington Health Alliance": "",
    "western Washington": "WA",
    "Northwest Washington": "",
    "Loudoun, VA": "VA",
    "Lehigh Valley, PA": "PA",
    "Lehigh Valley, Pennsylvania": "PA",
    "Nevada, Missouri": "MO",
    "Texas Health Resources": "TX",
    "Ohioans": "",
    "Virginia": "VA",
    "Virginia, Maryland": "VA MD",
    "Virginia-based": "VA",
    "for Virginia Smith": "",
    "Virginia Department of Health": "VA",
    "Virginia’s Medicaid": "VA",
    "éOhio": "",
    "Ohioé": "",
    "Georgia Medical Society": "GA",
    "Georgia Tech": "",
    "Miami University in Oxford, Ohio": "OH",
    "the Commonwealth of Virginia": "VA",
}


def header_cases() -> list[list[str]]:
    """Return the fields of each line of the table of header values."""
    return [line.split(" | ") for line in HEADERS.strip().splitlines()]


def test_header_values_are_read_as_the_place_that_a_person_reads() -> None:
    """Each of the header values gives the expected place, short name, basis and correction."""
    cases = header_cases()
    assert len(cases) == 185
    for value, key, short, basis, *typo in cases:
        reading = read_place(value)
        found = ["_".join(reading.place.key[1:]), reading.short_name, reading.basis]
        assert found == [key, short, basis], value
        assert reading.typo_of == (typo[0] if typo else None), value
        assert reading.as_written == value
        if reading.place.kind != "unknown":
            assert place_by_key(reading.place.key) == reading.place, value


def test_a_common_city_comes_before_a_county_and_a_county_before_a_village() -> None:
    """Houston is the city although Houston County is elsewhere; Nassau is not the village."""
    for value in ("Houston, TX", "Austin, TX", "Lincoln, NE", "Orange, CA", "Fairfax, VA"):
        reading = read_place(value)
        assert (reading.place.kind, reading.confidence) == ("city", 0.95)
        assert reading.note.startswith("also the name of")
    nassau = read_place("Nassau, NY")
    assert (nassau.place.name, nassau.confidence) == ("Nassau County", 0.8)


def test_the_lehigh_valley_is_two_counties_and_near_a_larger_area() -> None:
    """A curated region has the counties of its definition and the nearest statistical area."""
    place = read_place("Leigh Valley, PA").place
    assert (place.covers, place.cbsa, place.fips) == (("42077", "42095"), "10900", None)
    assert [p.name for p in place_parents(place)] == ["Pennsylvania", "United States"]


def test_checked_identifiers_are_given() -> None:
    """The identifiers that the model verifies are those of the tables."""
    loudoun = read_place("Loudoun, VA").place
    assert (loudoun.fips, loudoun.geonames) == ("51107", 4770746)
    virginia = state_by_code("VA")
    assert virginia is not None
    assert (virginia.fips, virginia.iso, virginia.geonames) == ("51", "US-VA", 6254928)
    assert read_place("Tulsa County, OK").place.geonames == 4553440


def test_a_misspelling_is_not_corrected_to_a_small_place_or_past_a_second_reading() -> None:
    """Nothing is corrected to a hamlet, to one of two names, by first letter or without a state."""
    for value in ("Minevile, NY", "Salem Sprngs, ZZ", "Tuscon", "Ucson, AZ", "Leigh Valley, VA"):
        reading = read_place(value)
        assert (reading.place.kind, reading.typo_of) == ("unknown", None), value


def test_states_named_nearby_settle_a_bare_name_and_stop_a_doubtful_correction() -> None:
    """The document's states help only where they leave one reading."""
    one = read_place("Atlanta", states_nearby=frozenset({"GA"}))
    assert (one.place.key[2], one.basis, one.confidence) == ("ga", "inferred", 0.8)
    two = read_place("Springfield", states_nearby=frozenset({"MA", "MO"}))
    assert (two.place.kind, two.note) == ("unknown", "fits several states")
    agreed = read_place("Tuscon, AZ", states_nearby=frozenset({"AZ"}))
    assert agreed.typo_of == "Tucson"
    denied = read_place("Tuscon, AZ", states_nearby=frozenset({"NM"}))
    assert (denied.place.kind, denied.place.state) == ("unknown", "AZ")
    doubted = read_place("Kansas City, KS", states_nearby=frozenset({"MO"}))
    assert (doubted.place.kind, doubted.confidence) == ("city", 0.9)
    assert read_place("Washington", states_nearby=frozenset({"WA"})).place.state == "WA"
    assert read_place("Statewide", states_nearby=frozenset({"OH"})).basis == "inferred"


def test_an_unresolved_place_keeps_its_state() -> None:
    """An unknown town lies in the state that the value names."""
    place = read_place("Foo, NY").place
    assert (place.kind, place.key) == ("unknown", ("place", "text", "foo-ny"))
    assert [p.name for p in place_parents(place)] == ["New York", "United States"]
    assert place_by_key(place.key) is None


def test_several_places_in_one_value_are_read_only_when_each_is_certain() -> None:
    """A list is split where all of its parts are places, and else kept whole."""
    cases = {
        "Ohio and Kentucky": ["Ohio", "Kentucky"],
        "Cincinnati, OH; Covington, KY": ["Cincinnati", "Covington"],
        "Allentown and Bethlehem, PA": ["Allentown", "Bethlehem"],
        "Missouri, Kansas & Nebraska": ["Missouri, Kansas & Nebraska"],
        "Maine, Vermont, Ohio": ["Maine", "Vermont", "Ohio"],
        "Dallas/Fort Worth, TX": ["Dallas-Fort Worth Metroplex"],
        "Ohio and elsewhere": ["Ohio and elsewhere"],
    }
    for value, names in cases.items():
        assert [r.place.name for r in read_places(value)] == names, value
    assert len(cases) == 7


def test_states_are_found_in_prose_and_traps_are_not() -> None:
    """Cities, counties, schools, rivers, people and titles are not mentions of a state."""
    assert len(STATES) == 104
    for text, codes in STATES.items():
        found = find_states(f"😀 {text}")
        assert " ".join(m.code for m in found) == codes, text


def test_gold_locations_of_the_corpus(shared: Path) -> None:
    """Short name and state are those of the gold records; gold keeps one misspelling as it is."""
    wrong, cases = [], 0
    for path in sorted((shared / "corpus" / "gold").glob("*.json")):
        for gold in json.loads(path.read_text(encoding="utf-8"))["locations"]:
            reading = read_place(gold["as_written"])
            cases += 1
            if (reading.short_name, reading.state) != (gold["place"], gold["state"]):
                wrong.append((gold["place"], reading.short_name))
    assert cases >= 15
    assert wrong == [("Tuscon", "Tucson")]


HOSTILE: Final = (
    "",
    " \u00a0\n",
    "x" * 10_000,
    "A, " * 5_000,
    "C++ (Co.) [x]*, PA",
    "((((((((PA)",
    "\\d+|.*, VA",
    "\x00Loud\x00oun, VA",
    "\u202eAV ,nuoduoL",
    "\ud800, PA",
    ", PA",
    ",",
    "🙂" * 300,
    "İstanbul, PA",
    "ß" * 99 + ", TX",
    "a> <http://evil/p> . <b, NY",
    "../../etc/passwd, NY",
)


def test_hostile_values_are_safe() -> None:
    """No value raises, and an unresolved one has a key that fits an IRI."""
    assert len(HOSTILE) == 17
    for value in HOSTILE:
        for reading in read_places(value):
            local = "_".join(reading.place.key)
            assert local.isascii()
            assert not set(local) & set("/:<> .\\"), value
            assert len(local) < 120
        find_states(value)


@settings(deadline=None)  # the first example may read the tables
@given(st.text(max_size=300), st.sets(st.sampled_from(gazetteer.codes()), max_size=3))
def test_reading_never_raises_and_reads_its_own_words_alike(text: str, nearby: set[str]) -> None:
    """Any text has a reading, and the words that a reading keeps have the same one."""
    reading = read_place(text, states_nearby=frozenset(nearby))
    assert reading == read_place(reading.as_written, states_nearby=frozenset(nearby))
    assert 0 < reading.confidence <= 1
    assert reading.as_written in text


@settings(deadline=None)  # the first example may read the tables
@given(
    st.lists(
        st.sampled_from(
            [" ", ", ", "\n", "Virginia", "West ", "New York", "NY", "MD", "Loudoun", "é"]
        )
        | st.text(max_size=4),
        max_size=30,
    ).map("".join)
)
def test_mentions_quote_the_text_in_order(text: str) -> None:
    """Offsets are inside the text, ascend, do not overlap and cover a spelling of the state."""
    end = 0
    for mention in find_states(text):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end
        quoted = "".join(text[mention.start : mention.end].split())
        state = state_by_code(mention.code)
        assert state is not None
        names = {mention.code, "D.C.", "VirginIslands", state.name.replace(" ", "")}
        assert quoted in names | {name.upper() for name in names}


@settings(deadline=None)  # the first example may read the tables
@given(st.sampled_from(gazetteer.codes()), st.data())
def test_every_place_is_found_again_by_its_key(code: str, data: st.DataObject) -> None:
    """A key made by the tables leads back to the place, whose parents end in the country."""
    tables = (gazetteer.cities(code), gazetteer.counties(code), gazetteer.regions(code))
    entries = [entry for table in tables for entry in table.values()]
    if entries:
        place = data.draw(st.sampled_from(entries)).place()
        assert place_by_key(place.key) == place
        assert place_parents(place)[-1].kind == "country"


def rows(table: str) -> list[dict[str, str]]:
    """Return the rows of a table as a spreadsheet would show them."""
    text = (TABLES / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_tables_are_whole_small_and_in_order() -> None:
    """The tables have all states and counties, no doubles, and stay under 700 kB."""
    states, counties, cities, regions = map(rows, ("states", "counties", "cities", "regions"))
    assert [len(states), len(counties)] == [56, 3234]
    assert len({c["fips"] for c in counties}) == len(counties)
    fips = {s["code"]: s["fips"] for s in states}
    assert all(c["fips"].startswith(fips[c["state"]]) for c in counties)
    assert len(cities) > 20_000
    assert len({(c["state"], c["name"]) for c in cities}) == len(cities)
    order = [(r["states"], r["name"]) for r in regions]
    assert order == sorted(set(order))
    size = sum(
        len((TABLES / f"{t}.csv").read_bytes()) for t in ("states", "counties", "cities", "regions")
    )
    assert size < 700_000


def test_regions_cover_counties_of_their_own_states() -> None:
    """Each covered county exists and lies in a state of the region, and keys are unique."""
    counties = {c["fips"]: c["state"] for c in rows("counties")}
    covered = 0
    for region in rows("regions"):
        states = region["states"].split("|")
        codes = [c for c in region["covers"].split("|") if c]
        assert all(counties[c] in states for c in codes), region["name"]
        assert region["source"]
        covered += bool(codes)
    assert covered >= 1
    found = {e.place().key: e.row for es in gazetteer.regions_anywhere().values() for e in es}
    assert len(found) == len(rows("regions"))


def test_importing_places_reads_no_table() -> None:
    """A command that needs no place does not pay for the tables."""
    code = "import kg.places as p; print(p.gazetteer._rows.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
