"""Describe the CSV tables as CSV on the Web, for programs that read types and keys from there.

The description stands beside the tables as `csv-metadata.json`, where
https://www.w3.org/TR/tabular-data-model/#locating-metadata has programs look for it.
"""

import json
from pathlib import Path
from typing import Any, Final

from kg.columns import Column, Table, describe_tables

TABLE_DESCRIPTION: Final = "csv-metadata.json"


def write_table_description(build: Path) -> None:
    """Write the description of the tables of a build among them.

    Raises:
        InputError: the folder holds no tables.
    """
    description = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": "Accountable care programs",
        # A label may begin with the sign that CSVW else takes for that of a comment.
        "dialect": {"commentPrefix": None, "lineTerminators": ["\n"], "trim": False},
        "tables": [table_in_csvw(table) for table in describe_tables(build)],
    }
    path = build / "tables" / TABLE_DESCRIPTION
    text = json.dumps(description, ensure_ascii=False, indent=1)
    path.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def table_in_csvw(table: Table) -> dict[str, Any]:
    """Return the description of one table.

    >>> table = Table("payers", (Column("iri", "anyURI"), Column("programs", "integer")), "iri")
    >>> table_in_csvw(table)["url"], table_in_csvw(table)["tableSchema"]["aboutUrl"]
    ('payers.csv', '{+iri}')
    """
    schema: dict[str, Any] = {
        "columns": [_column_in_csvw(column) for column in table.columns],
        "aboutUrl": f"{{+{table.about}}}",
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    schema["foreignKeys"] = [
        {
            "columnReference": column,
            "reference": {"resource": f"{other}.csv", "columnReference": there},
        }
        for column, (other, there) in table.references.items()
    ]
    told = {"dc:description": table.comment} if table.comment else {}
    return {"url": f"{table.name}.csv", **told, "tableSchema": schema}


def _column_in_csvw(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"name": column.name, "titles": column.name}
    if column.comment:
        found["dc:description"] = column.comment
    found["datatype"] = column.datatype
    if column.separator:
        found["separator"] = column.separator
    if column.property is None:
        return {**found, "suppressOutput": True}  # it says nothing that another column does not
    found["propertyUrl"] = column.property
    if column.datatype == "anyURI" and not column.separator:
        found["valueUrl"] = f"{{+{column.name}}}"  # a list would become one IRI
    return found
