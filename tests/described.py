"""Whether the files of an export are what the `datapackage.json` in them says."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_READ = {
    "string": str,
    "integer": int,
    "number": Decimal,
    "date": date.fromisoformat,
    "boolean": lambda text: {"t": True, "f": False}[text],
}
_ARROW = {
    "string": pa.types.is_string,
    "integer": pa.types.is_integer,
    "number": pa.types.is_decimal,
    "date": pa.types.is_date,
    "boolean": pa.types.is_boolean,
}


def faults(archive: Path) -> list[str]:
    """What of the archive, CSV or Parquet, is otherwise than described; and what it lacks."""
    with tarfile.open(archive) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    package = json.loads(files.pop("datapackage.json"))
    found = []
    tables = {name for name in files if name.endswith((".csv", ".parquet"))}
    if tables != {it["path"] for it in package["resources"]}:
        found.append(f"there are {sorted(tables)}")
    for resource in package["resources"]:
        fields, name = resource["schema"]["fields"], resource["name"]
        names = [field["name"] for field in fields]
        body = files[resource["path"]]
        if resource["format"] == "csv":
            header, *rows = csv.reader(io.StringIO(body.decode(resource["encoding"]), newline=""))
            read = (
                [
                    _READ[it["type"]](cell) if cell else None
                    for it, cell in zip(fields, row, strict=True)
                ]
                for row in rows
            )
        else:
            table = pq.read_table(io.BytesIO(body))
            header = table.column_names
            read = (list(row.values()) for row in table.to_pylist())
            found += [
                f"{name}.{field['name']} is {kind}"
                for field, kind in zip(fields, table.schema.types, strict=True)
                if not _ARROW[field["type"]](kind)
            ]
        if header != names:
            found.append(f"{name} has {header}")
        found += _of_rows(name, resource["schema"], read)
    return found


def _of_rows(name: str, schema: dict[str, Any], rows: Iterable[list[Any]]) -> list[str]:
    found, keys, count = [], set(), 0
    for row in rows:
        values = dict(zip((it["name"] for it in schema["fields"]), row, strict=True))
        for field in schema["fields"]:
            value, rules = values[field["name"]], field["constraints"]
            if value is None:
                wrong = rules["required"]
            else:
                wrong = (
                    ("minimum" in rules and value < rules["minimum"])
                    or ("maximum" in rules and value > rules["maximum"])
                    or ("enum" in rules and value not in rules["enum"])
                )
            if wrong:
                found.append(f"{name}.{field['name']}: {value}")
        keys.add(tuple(values[key] for key in schema["primaryKey"]))
        count += 1
    if len(keys) < count:
        found.append(f"{name}: {schema['primaryKey']} names two rows")
    return found
