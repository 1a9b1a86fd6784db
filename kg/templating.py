"""Open the templates of our pages, in which whatever is not ours is escaped."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from kg.clean import clean_literal


def open_template(
    name: str, *, lstrips: bool = False, keeps_end: bool = False, cleans: bool = False
) -> Template:
    """Return a template of `kg/templates`; a value that it is not given is a fault of ours.

    It may drop the blanks before a tag, keep the line feed at its end, and replace characters that
    a page cannot hold (`kg.clean`).

    >>> open_template("network.html.j2").name
    'network.html.j2'
    """
    return _templates(lstrips=lstrips, keeps_end=keeps_end, cleans=cleans).get_template(name)


@cache
def _templates(*, lstrips: bool, keeps_end: bool, cleans: bool) -> Environment:
    templates = Environment(
        loader=PackageLoader("kg"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=lstrips,
        keep_trailing_newline=keeps_end,
        finalize=_clean if cleans else None,
    )
    templates.filters["count"] = "{:,}".format
    return templates


def _clean(value: object) -> object:
    if isinstance(value, str) and not value.isprintable():  # a much quicker look than cleaning is
        return clean_literal(value)
    return value
