"""How the columns of the public export are described, and what is made of that.

A column is described once, next to the statement that reads it (`sync.export.tables`). From there
come the comments of the SQL file, the `datapackage.json` of every archive, and docs/codebook.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_TYPES = {
    "text": "string",
    "integer": "integer",
    "bigint": "integer",
    "boolean": "boolean",
    "date": "date",
}
"""Frictionless' names of the types of PostgreSQL; `numeric(...)` is a `number`."""
_SPREADSHEET_FORMULA = "^[=+@\\t\\r]"
"""Cells that a spreadsheet may run. One that begins with `-` is an id, in which nothing of a
formula can stand (`common.ids`), and has to stay what it is."""


@dataclass(frozen=True)
class Column:
    """A column: its SQL type, what it says, and what it can hold.

    `unit` is empty where there is none. `low` and `high` are the least and the greatest number or
    text; `values` all texts that there can be. `null` says what an empty cell means; without it
    none is empty. `privacy` says what is withheld or made coarse in it, and why.
    """

    kind: str
    about: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()
    null: str = ""
    privacy: str = ""

    @property
    def text(self) -> str:
        """Everything in one line."""
        parts = [self.about]
        if self.unit:
            parts.append(f"Unit: {self.unit}.")
        if self.values:
            parts.append(f"One of {', '.join(self.values)}.")
        elif self.low is not None or self.high is not None:
            parts.append(f"{self.range}.")
        if self.null:
            parts.append(f"Empty: {self.null}.")
        if self.privacy:
            parts.append(f"Privacy: {self.privacy}.")
        return " ".join(parts)

    @property
    def range(self) -> str:
        """The numbers that there can be, such as `0 to 100` or `1 or more`; empty of texts."""
        if self.low is None:
            return ""
        return f"{self.low:g} or more" if self.high is None else f"{self.low:g} to {self.high:g}"

    def field(self, name: str) -> dict[str, Any]:
        """A field of a Frictionless table schema; `unit` and `privacy` are ours."""
        kind = _TYPES.get(self.kind, "number")
        constraints: dict[str, Any] = {"required": not self.null}
        for key, bound in (("minimum", self.low), ("maximum", self.high)):
            if bound is not None:
                constraints[key] = bound
        if self.values:
            constraints["enum"] = list(self.values)
        found = {"name": name, "type": kind, "description": self.about, "constraints": constraints}
        if kind == "boolean":
            found |= {"trueValues": ["t", "true"], "falseValues": ["f", "false"]}
        for key, words in (("unit", self.unit), ("null", self.null), ("privacy", self.privacy)):
            if words:
                found[key] = words
        return found


@dataclass(frozen=True)
class Table:
    """A table of the export: what it is, its columns, its key, and the statement of its rows.

    `of_voters`: its rows are of single voters. Such a table is in no release, which is never
    changed, so that who is erased is in no copy of ours a week later.
    """

    name: str
    about: str
    columns: Mapping[str, Column] = field(hash=False)
    key: str
    rows: str
    of_voters: bool = False

    @property
    def create(self) -> str:
        """For the SQL file: the table with the codebook as comments."""
        columns = ",\n".join(f"  {name} {it.kind}" for name, it in self.columns.items())
        comments = "".join(
            f"COMMENT ON COLUMN {self.name}.{name} IS {_quoted(it.text)};\n"
            for name, it in self.columns.items()
        )
        return (
            f"CREATE TABLE {self.name} (\n{columns},\n  PRIMARY KEY ({self.key})\n);\n"
            f"COMMENT ON TABLE {self.name} IS {_quoted(self.about)};\n{comments}"
        )

    @property
    def count(self) -> str:
        """How many rows it has."""
        return f"SELECT count(*) FROM ({self.rows}) AS r"

    @property
    def copy_text(self) -> str:
        """PostgreSQL's own format, for the SQL file."""
        return f"COPY ({self.rows}) TO STDOUT"

    @property
    def copy_csv(self) -> str:
        """CSV as it is: every value as all other formats have it, so that ids join."""
        return f"COPY ({self.rows}) TO STDOUT (FORMAT csv, HEADER)"

    @property
    def copy_csv_for_spreadsheets(self) -> str:
        """CSV whose cells no spreadsheet takes for formulas: those that could be have an
        apostrophe in front. No value begins with one, so taking it away gives the value back."""
        shown = ", ".join(
            f"CASE WHEN {name} ~ '{_SPREADSHEET_FORMULA}' THEN '''' || {name} ELSE {name} END"
            f" AS {name}"
            if it.kind == "text"
            else name
            for name, it in self.columns.items()
        )
        return f"COPY (SELECT {shown} FROM ({self.rows}) AS r) TO STDOUT (FORMAT csv, HEADER)"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def datapackage(
    tables: Sequence[Table], about: Mapping[str, Any], *, name: str, suffix: str, **table: Any
) -> dict[str, Any]:
    """A Frictionless data package (datapackage.org, version 1) of the files `TABLE.suffix`.

    `about` are the members of the package itself; `table` those of each resource besides.
    """
    return {
        "profile": "data-package",
        "name": name,
        **about,
        "resources": [
            {
                "name": it.name,
                "path": f"{it.name}.{suffix}",
                "description": it.about,
                "format": suffix,
                **table,
                "schema": {
                    "fields": [column.field(name) for name, column in it.columns.items()],
                    "missingValues": [""],
                    "primaryKey": it.key.split(", "),
                },
            }
            for it in tables
        ],
    }


def page(tables: Iterable[Table]) -> str:
    """docs/codebook.md."""
    parts = [_HEAD]
    for table in tables:
        where = " Not in [releases](export.md#releases)." if table.of_voters else ""
        parts.append(
            f"## `{table.name}`\n\n{table.about}{where} Key: `{table.key}`.\n\n"
            "| column | type | what | unit | values | empty | privacy |\n"
            "| --- | --- | --- | --- | --- | --- | --- |\n"
            + "".join(_line(name, it) for name, it in table.columns.items())
        )
    return "\n".join(parts)


def _line(name: str, it: Column) -> str:
    values = ", ".join(f"`{value}`" for value in it.values) or it.range
    cells = (f"`{name}`", it.kind, it.about, it.unit, values, it.null, it.privacy)
    return f"| {' | '.join(cells)} |\n"


_HEAD = """# Codebook

Every table and column of the [public export](export.md). Written by `make codebook` from
`sync/export/tables.py`; each archive has the same as `datapackage.json`, the SQL file as comments.
What is never empty has nothing under *empty*.
"""
