"""Say what a test needs from outside of Python: it is skipped without, but fails in CI."""

import os
import shutil

import pytest


def need(what: str, *, is_there: bool) -> None:
    """Skip the test where something is missing; in CI nothing may be."""
    if not is_there:
        pytest.fail(f"needs {what}") if os.environ.get("CI") else pytest.skip(f"needs {what}")


def need_java() -> None:
    """Skip the test where there is no Java."""
    need(
        "a Java runtime, such as Debian's default-jre-headless",
        is_there=shutil.which("java") is not None,
    )
