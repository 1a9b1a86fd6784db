"""Give a build to users of other tools: property graphs, columnar tables, described CSV."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from kg.columns import describe_tables
from kg.csvw import TABLE_DESCRIPTION
from kg.errors import UsageError
from kg.interchange.neo4j import RELATIONSHIPS, write_neo4j
from kg.interchange.parquet import write_parquet
from kg.publish import Product, publish_folder

__all__ = ["FORMATS", "export_build"]

Progress = Callable[[str], None]
"""Told the name of each file as it begins."""


def _copy_tables(build: Path, folder: Path, progress: Progress) -> None:
    for name in (TABLE_DESCRIPTION, *(f"{table.name}.csv" for table in describe_tables(build))):
        progress(name)
        shutil.copyfile(build / "tables" / name, folder / name)


FORMATS: Final[Mapping[str, tuple[str, Callable[[Path, Path, Progress], None]]]] = {
    "csvw": (TABLE_DESCRIPTION, _copy_tables),
    "neo4j": (RELATIONSHIPS, write_neo4j),
    "parquet": ("programs.parquet", write_parquet),
}
"""By name, the file that tells an export from another, and what writes it."""


def export_build(
    build: Path, out: Path, form: str, progress: Progress = lambda _: None
) -> tuple[str, ...]:
    """Write a build in another form to a folder, in place of an older export of that form.

    Returns the names of the files.

    Raises:
        UsageError: there is no such form, or a library that it needs is not installed.
        InputError: the folder holds no build, or is damaged.
        OutputError: the folder cannot be written, or holds something else.
    """
    if form not in FORMATS:
        raise UsageError(f"there is no form {form!r}; there are {', '.join(FORMATS)}")
    hallmark, write = FORMATS[form]
    with publish_folder(out, Product(f"{form} export", hallmark)) as folder:
        write(build, folder, progress)
        return tuple(sorted(path.name for path in folder.iterdir()))
