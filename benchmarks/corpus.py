"""Make descriptions of invented programs, as many as a measurement needs: corpus.py N FOLDER.

They follow the grammar of the directory's pages (fields, three renderings of a page, several
payers, rates, outcomes, slips of the pen, cut-off ends) in phrases of their own. Nothing in them is
true. The same number and seed give the same text on every machine.
"""

import argparse
from pathlib import Path
from random import Random
from typing import Final

_PLACES: Final = (
    *("Albany, NY", "Boise, ID", "Burlington, VT", "Dayton, OH", "Duluth, MN", "Fargo, ND"),
    *("Fresno, CA", "Lansing, MI", "Macon, GA", "Mobile, AL", "Peoria, IL", "Portland, ME"),
    *("Reno, NV", "Roanoke, VA", "Salem, OR", "Spokane, WA", "Topeka, KS", "Trenton, NJ"),
    *("Tulsa, OK", "Waco, TX", "York County, PA", "Kansas", "OH", "Tuscon, AZ", "Statewide"),
)
_STATES: Final = "Alabama Iowa Maine Michigan Minnesota Ohio Oregon Texas Utah Vermont".split()
_PAYERS: Final = (
    *("Harborlight Mutual", "Summit Prairie Health Plan", "Keystone Ridge Insurance"),
    *("Acme Health", "Northwind Assurance", "Cedar Valley Health Plan", "Cigna", "Aetna"),
    *("Medicare", "Medicaid", "Humana", "UnitedHealthcare", "Two Rivers Cooperative, Inc."),
)
_FIRST: Final = (
    "Alder Aspen Birch Brook Canyon Cedar Copper Delta Eagle Elm Falcon Garnet Granite Harbor"
    " Hazel Heron Iron Juniper Kestrel Lake Laurel Maple Meadow Mesa Oak Orchard Pine Prairie"
    " Quarry Raven Ridge River Rowan Sable Shore Spruce Stone Summit Thistle Timber Valley Willow"
).split()
_SECOND: Final = "Bend Bluff Creek Crossing Falls Field Grove Hill Park Point Run View".split()
_HEADS: Final = (
    *("Medical Group", "Physicians Group", "Health Network", "Clinic", "Family Practice"),
    *("Medical Associates", "Health System", "Physicians", "Primary Care"),
)
_KINDS: Final = (
    *("Medical Home Program", "Collaborative Accountable Care Program", "Primary Care Pilot"),
    *("Patient-Centered Medical Home Initiative", "Health Homes Project"),
)
_MONTHS: Final = (
    "January February March April May June July August September October November December"
).split()
_QUALIFIERS: Final = ("", "about ", "approximately ", "more than ", "nearly ", "up to ", "over ")
_PEOPLE: Final = ("members", "individuals", "patients", "beneficiaries", "people", "enrollees")
_CONDITIONS: Final = (
    *("asthma", "diabetes", "heart failure", "depression", "hypertension", "obesity"),
    *("chronic kidney disease", "heart disease"),
)
_ROLES: Final = ("care coordinators", "nurse care managers", "patient navigators", "case managers")
_BANNER: Final = "You are looking at an archived page of the directory."

# Sentences: what stands in braces is drawn anew for each.
_STARTS: Final = (
    "{payer} and {group} have launched a new {approach} effort that began in {date}.",
    "The effort took effect on {day} and was the first of its kind for {payer} in {state}.",
    "In {date} {group} and {payer} opened a {approach} pilot.",
    "Established in {year}, the program brings {group} and {payer} to one table.",
    "The legislature passed an enabling act in {year}; practices started on {day}.",
)
_LIVES: Final = (
    "It will benefit {about}{lives} {people} covered by {payer}.",
    "{About}{lives} {people} receive care from {group} today.",
    "Planners hope to reach {lives} {people} within {small} years.",
    "{payer} insures {lives} {people} across the region.",
    "Among {about}{small} practices, {small} are in rural counties.",
)
_PROVIDERS: Final = (
    "{group} has {about}{small} primary care physicians and specialists.",
    "{About}{small} practices and {small} hospitals take part, from {state} and beyond.",
    "Between {small} and {more} clinicians joined in the first phase.",
    "Eleven clinics, with two thousand five hundred visits a week, share one registry.",
)
_CARE: Final = (
    "Registered nurses, employed by {group}, serve as {role} and visit people with {condition}.",
    "At {group}, teams coordinate all aspects of a patient’s care.",
    "People with {condition} or {other} should feel the difference earliest.",
    "With claims data of {payer}, {role} and case managers call whoever leaves a hospital.",
    "Nobody needs a new referral, and the program does not cover {condition}.",
    "Dr. Ida B. Stone, M.D., of St. Anne's Hosp. Inc. leads the steering group.",
)
_PAY: Final = (
    "{payer} will compensate physicians for medical and care coordination services.",
    "Practices are paid ${rate} per member per month, and ${more} for complex patients.",
    "If quality improves and medical cost falls, groups can earn a “pay for performance” bonus.",
    "Clinics receive a care management fee of ${rate} to ${more} PMPM, set by tier.",
    "There is no downside risk; shared savings are planned from {year} on.",
    "Fee-for-service payments go on; a ${rate}.5 million fund pays for infrastructure.",
)
_OUTCOMES: Final = (
    "- Emergency visits fell by {small} percent among {people} with {condition} (p < 0.05)",
    "- {small}% fewer readmissions than a matched group between {year} and {year}",
    "- Spending rose {small}% in the first year, a difference that was not significant",
    "- ${rate}.{small} saved per member per month by {date}",
)
_LABELS: Final = ("Program Location", "Payer Type", "Payers", "Description", "Payment Model")


def make_description(number: int, seed: int = 0) -> str:
    """Return the text of one description.

    >>> make_description(7) == make_description(7) != make_description(8)
    True
    """
    return _Maker(Random(f"{seed}/{number}")).text()  # noqa: S311 - a corpus, no secret


def write_corpus(count: int, folder: Path, seed: int = 0) -> int:
    """Write descriptions as files, a thousand to a folder; return their size in bytes."""
    size = 0
    for number in range(count):
        path = folder / f"{number // 1000:03}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        size += path.write_bytes(make_description(number, seed).encode())
    return size


class _Maker:
    """Draws one description."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.payers = random.sample(_PAYERS, random.choice((1, 1, 1, 2, 4)))
        if random.random() < 0.15:
            self.payers.append(f"Blue Cross Blue Shield of {random.choice(_STATES)}")
        names = (random.choice(_FIRST), random.choice(_SECOND), random.choice(_HEADS))
        self.group = " ".join(names)
        self.title = f"{self.payers[0]} {random.choice(_KINDS)} - {self.group}"

    def text(self) -> str:
        rendering = self.random.choice(("full", "full", "lossy", "unlabelled"))
        if rendering == "unlabelled":
            lines = [" ".join(self._prose(6))]
        else:
            lines = [self.title, "", *self._header(), "", *self._prose(7), "", *self._tail()]
            if self.random.random() < 0.1:
                lines.insert(0, _BANNER)
        if rendering == "lossy":
            lines = self._lose(lines)
        text = self._misspell("\n".join(lines))
        if self.random.random() < 0.2:
            text = text[: int(len(text) * self.random.uniform(0.6, 1))]
        return text

    def _header(self) -> list[str]:
        kind = "Multi-Payer" if len(self.payers) > 1 else "Commercial"
        lines = ["Program Location: ", self.random.choice(_PLACES)]
        if self.random.random() < 0.5:
            lines += ["Number of Practices: ", f"{self.random.randint(2, 400)}"]
        lines += ["Payer Type: ", kind]
        if self.random.random() < 0.3:
            lines += ["Partner Organizations: ", f"{self.random.choice(_STATES)} Quality Council"]
        return [*lines, "Payers: ", *self.payers, "Description: "]

    def _prose(self, count: int) -> list[str]:
        """One sentence of each kind, more of the last, in two paragraphs."""
        chosen = [self.random.choice(pool) for pool in (_STARTS, _LIVES, _PROVIDERS)]
        chosen += self.random.sample(_CARE, count - 3)
        sentences = [self._fill(sentence) for sentence in chosen]
        cut = self.random.randint(2, len(sentences) - 1)
        return [" ".join(sentences[:cut]), "", " ".join(sentences[cut:])]

    def _tail(self) -> list[str]:
        pay = " ".join(self._fill(sentence) for sentence in self.random.sample(_PAY, 2))
        lines = ["Payment Model: ", "", pay, ""]
        if self.random.random() < 0.4:
            lines.append("Fewer ED / Hospital Visits: ")
            lines += [self._fill(sentence) for sentence in self.random.sample(_OUTCOMES, 3)]
        updated = f"Last updated {self.random.choice(_MONTHS)} {self.random.randint(2012, 2018)}"
        return [*lines, updated, "Go to top"]

    def _fill(self, sentence: str) -> str:
        draw = self.random
        about = draw.choice(_QUALIFIERS)
        year, month = draw.randint(2008, 2017), draw.choice(_MONTHS)
        small, more = draw.randint(2, 90), draw.randint(100, 400)
        condition, other = draw.sample(_CONDITIONS, 2)
        filled = sentence.format(
            payer=draw.choice(self.payers),
            group=self.group,
            state=draw.choice(_STATES),
            approach=draw.choice(("medical home", "collaborative accountable care")),
            year=year,
            date=f"{month} {year}",
            day=f"{month} {draw.randint(1, 28)}, {year}",
            about=about,
            About=about.capitalize(),
            lives=draw.choice((f"{draw.randint(1, 99)},{draw.randint(0, 999):03}", "7000", "1.2K")),
            people=draw.choice(_PEOPLE),
            small=small,
            more=more,
            rate=draw.randint(1, 40),
            role=draw.choice(_ROLES),
            condition=condition,
            other=other,
        )
        return filled[0].upper() + filled[1:]

    def _lose(self, lines: list[str]) -> list[str]:
        """Lose some labels and linked values, as lossy renderings of a page do."""
        lost = {f"{label}: " for label in self.random.sample(_LABELS, 2)}
        if self.random.random() < 0.5:
            lost |= {"Multi-Payer", "Commercial"}
        return [line for line in lines if line not in lost]

    def _misspell(self, text: str) -> str:
        """Glue, double or swap letters here and there, and let blanks vary."""
        for _ in range(self.random.choice((0, 0, 1, 3))):
            place = self.random.randrange(1, len(text) - 2)
            slip = self.random.choice((" ", "double", "swap", "nbsp"))
            here, after = text[place], text[place + 1]
            if slip == " " and here == " ":
                text = text[:place] + text[place + 1 :]
            elif slip == "nbsp" and here == " ":
                text = text[:place] + "\xa0" + text[place + 1 :]
            elif slip == "double" and here.isalpha():
                text = text[:place] + here + text[place:]
            elif slip == "swap" and here.isalpha() and after.isalpha():
                text = text[:place] + after + here + text[place + 2 :]
        return text


def main() -> None:
    """Write a corpus, or, without arguments, print what one is like."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", metavar="N")
    parser.add_argument("folder", type=Path, nargs="?", metavar="FOLDER")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.count is not None and arguments.folder is not None:
        size = write_corpus(arguments.count, arguments.folder, arguments.seed)
        print(f"{arguments.count:,} descriptions, {size:,} bytes")
    else:
        sizes = sorted(len(make_description(number).encode()) for number in range(1000))
        print(f"corpus: a description has {sizes[0]:,} to {sizes[-1]:,} bytes, half up to", end=" ")
        print(f"{sizes[500]:,}; corpus.py N FOLDER writes some")


if __name__ == "__main__":
    main()
