"""Word what the model says for people: headings, numbers with nouns, names of places on a page."""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "use"), counted(2000, "class"), counted(3, "property")
    ('1 use', '2,000 classes', '3 properties')
    """
    if number == 1:
        return f"1 {noun}"
    head, *rest = noun.split(" ", 1)
    plural = (
        f"{head[:-1]}ies" if head.endswith("y") else f"{head}{'es' if head[-1] == 's' else 's'}"
    )
    return " ".join((f"{number:,}", plural, *rest))


def group_name(heading: str) -> str:
    """Return the name in a heading of the ontology.

    >>> group_name("People: who is counted, who benefits"), group_name("Places")
    ('People', 'Places')
    """
    return heading.partition(":")[0]


def group_rest(heading: str) -> str:
    """Return what a heading of the ontology says beside its name, as a sentence.

    >>> group_rest("People: who is counted, who benefits")
    'Who is counted, who benefits.'
    """
    rest = heading.partition(": ")[2]
    return f"{capital(rest)}." if rest else ""


def capital(words: str) -> str:
    """Return words with a capital at the beginning, and the others as they are.

    >>> capital("an APM category")
    'An APM category'
    """
    return words[:1].upper() + words[1:]


def slug(heading: str) -> str:
    """Return a heading's name as the part of a label.

    >>> slug("Care roles: who does the work")
    'care-roles'
    """
    return group_name(heading).lower().replace(" ", "-")
