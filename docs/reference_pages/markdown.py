"""Write Markdown from templates in which no text from a graph can act as markup.

A template's own text is Markdown; the value of every expression is escaped, unless a function of
this module made it. So a label with a bar, a backtick or a tag is shown as it is.
"""

import string
from collections.abc import Callable, Mapping
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_TEMPLATES: Final = Path(__file__).with_name("templates")
_ENTITIES: Final = {
    ord(char): f"&#{ord(char)};" for char in string.punctuation if char not in ",;?/"
}


def escape(text: object) -> Markup:
    """Return a text as one line of Markdown that shows it, character by character.

    >>> print(escape("a|b <i>`x`"))
    a&#124;b &#60;i&#62;&#96;x&#96;
    """
    if isinstance(text, Markup):
        return text
    line = " ".join(str(text).split())
    return Markup(line.translate(_ENTITIES))  # noqa: S704  # nothing is left that acts


def code(text: str) -> Markup:
    """Return a text as code within a line, also in the cell of a table.

    >>> print(code("sh:pattern a|b"))
    <code class="literal">sh&#58;pattern a&#124;b</code>
    """
    return Markup('<code class="literal">{}</code>').format(escape(text))


def fence(text: str, language: str) -> Markup:
    """Return lines of code as a block that they cannot end.

    >>> print(fence("SELECT ?p", "sparql"))
    ```sparql
    SELECT ?p
    ```
    """
    longest = max((len(list(run)) for char, run in groupby(text) if char == "`"), default=0)
    ticks = "`" * max(3, longest + 1)
    return Markup(f"{ticks}{language}\n{text.rstrip()}\n{ticks}")  # noqa: S704  # closed by ticks


def link(text: object, target: str) -> Markup:
    """Return a link to a page, or to the web.

    >>> print(link("a]b", "https://example.org/x y"))
    [a&#93;b](<https://example.org/x%20y>)
    """
    safe = target.replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")
    safe = safe.replace("\n", "%0A").replace("\\", "%5C").replace("&", "&#38;")
    return Markup(f"[{escape(text)}](<{safe}>)")  # noqa: S704  # text and target are safe


def mark(sentence: str, start: int, end: int) -> Markup:
    """Return a sentence with a quotation in it marked.

    >>> print(mark("over 13,000 people", 5, 11))
    over <mark>13,000</mark> people
    """
    before, quoted, after = sentence[:start], sentence[start:end], sentence[end:]
    spaced = (_spaced(part) for part in (before, quoted, after))
    return Markup("{}<mark>{}</mark>{}").format(*spaced)


def _spaced(text: str) -> Markup:
    """Return a text escaped, with a space at either end where it has one."""
    left = " " if text[:1].isspace() else ""
    right = " " if text[-1:].isspace() and text.strip() else ""
    return Markup(f"{left}{escape(text)}{right}")  # noqa: S704  # escaped


def make_renderer(functions: Mapping[str, Callable[..., object]]) -> Callable[..., str]:
    """Return a function that fills a template, named without its ending, with values.

    The templates may call the functions given, besides those of this module.
    """
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=escape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"code": code, "fence": fence, "link": link, "mark": mark, **functions}
    return partial(_render, environment)


def _render(environment: Environment, template: str, **values: object) -> str:
    text = environment.get_template(f"{template}.md.j2").render(values)
    return text.rstrip() + "\n"
