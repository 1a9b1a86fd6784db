"""Replace the characters that XML, and so half of the syntaxes we write, cannot hold."""

from typing import Final

_UNPRINTABLE: Final = {
    code: "\ufffd" for code in (*range(0x20), 0xFFFE, 0xFFFF) if chr(code) not in "\t\n\r"
}


def clean_literal(text: str) -> str:
    r"""Replace each character that XML 1.0 has no way to write by U+FFFD.

    These are the control characters except tab, line feed and carriage return, and the two
    non-characters U+FFFE and U+FFFF. One for one keeps every offset into the text true. All
    syntaxes get the same cleaned text, so that they hold the same graph.

    >>> ascii(clean_literal("Valley" + chr(11) + "Preferred" + chr(27)))
    "'Valley\\ufffdPreferred\\ufffd'"
    """
    return text if text.isprintable() else text.translate(_UNPRINTABLE)  # most are, and it is quick
