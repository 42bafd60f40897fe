"""Tables of the export as Parquet.

Imported where one is written: Arrow and NumPy take a third of a second to import and tens of
megabytes, which no web process and no command needs.
"""

from __future__ import annotations

from typing import IO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from sync.export.codebook import Table

_BATCH_BYTES = 8 * 1024 * 1024
_TYPES = {
    "text": pa.string(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "numeric(5,2)": pa.decimal128(5, 2),
    "numeric(2,1)": pa.decimal128(2, 1),
    "numeric(14,6)": pa.decimal128(14, 6),
    "numeric(16,2)": pa.decimal128(16, 2),
}


def write(table: Table, plain: IO[bytes], columns: IO[bytes]) -> None:
    """Write what `plain` has of `table` as CSV to `columns` as Parquet, batch by batch."""
    types = {name: _TYPES[it.kind] for name, it in table.columns.items()}
    schema = pa.schema(list(types.items()))
    plain.seek(0)
    reader = pa.csv.open_csv(
        plain,
        read_options=pa.csv.ReadOptions(block_size=_BATCH_BYTES),
        convert_options=pa.csv.ConvertOptions(
            column_types=types,
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
        ),
    )
    with pa.parquet.ParquetWriter(columns, schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def count(columns: IO[bytes]) -> int:
    """How many rows a Parquet file has, all of them read."""
    batches = pa.parquet.ParquetFile(columns).iter_batches()
    return sum(batch.num_rows for batch in batches)
