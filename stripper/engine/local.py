"""Learning on one machine: DuckDB runs the SQL files and spills to disk, our kernel does the hashing between them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from stripper import cluster, library, sketch
from stripper.cluster import Met
from stripper.fingerprint import Fingerprint
from stripper.library import Entry, Library

# Segments gathered before they go to DuckDB, and wordings signed at a time.
_ROWS = 50_000
# Documents of which half the sentences are the same tell the same story.
_TWIN = 0.5
_TWIN_SEGMENTS = 3
_VARIANTS = 6
_PLACES = "hmtl"
_HASH = (1 << library.HASH_BITS) - 1


def _sql(name: str) -> str:
    return files("stripper.engine").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


class Learner:
    """Takes fingerprints of documents and makes a Library of what repeats among them.

    memory: what DuckDB may hold before it spills to ``folder``, in its notation (``1GB``).
    """

    def __init__(self, folder: Path | None = None, memory: str = "512MB", threads: int = 2) -> None:
        self._folder = TemporaryDirectory(prefix="stripper-", dir=folder, ignore_cleanup_errors=True)
        # In memory until that is spent, then in the folder: a file would be written in any case, and compressed.
        self._sql = duckdb.connect(":memory:")
        self._sql.execute("SET temp_directory = ?", [self._folder.name])
        self._sql.execute(f"SET threads = {int(threads)}")
        self._sql.execute("SET memory_limit = ?", [memory])
        self._sql.execute("SET preserve_insertion_order = false")
        self._sql.execute(_sql("tables"))
        self._count = 0
        self._clear()

    def __enter__(self) -> Learner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._sql.close()
        self._folder.cleanup()

    def _clear(self) -> None:
        self._waiting: list[Fingerprint] = []
        self._rows = 0

    def add(self, met: Fingerprint) -> None:
        """Take the fingerprint of one more document."""
        self._waiting.append(met)
        self._rows += len(met.rows)
        if self._rows >= _ROWS:
            self._flush()

    def _flush(self) -> None:
        met = self._waiting
        if not met:
            return
        numbers = np.arange(self._count, self._count + len(met), dtype=np.int32)
        self._count += len(met)
        rows = np.concatenate([m.rows for m in met])
        document = np.repeat(numbers, [len(m.rows) for m in met])
        self._insert(
            "documents",
            document=numbers,
            content=pa.array([m.content for m in met], pa.uint64()),
            source=pa.array([m.source for m in met], pa.string()),
        )
        columns = {name: np.ascontiguousarray(rows[name]) for name in ("key", "first", "last", "leaf", "words", "place")}
        texts = _binary(b"".join(m.texts for m in met), rows["length"])
        self._insert("occurrences", document=document, **columns, text=texts)
        leaves = rows[rows["leaf"]]
        sets = sketch.line_sets(b"".join(m.folded for m in met))
        sizes = sets.sizes()
        near = leaves["words"] >= library.NEAR_WORDS
        shingles = _binary(sets.hashes[np.repeat(near, sizes)], sizes[near] * sets.hashes.itemsize)
        self._insert("leaves", key=leaves["key"][near], shingles=shingles)
        self._clear()

    def _insert(self, name: str, **columns: Any) -> None:
        self._take_in(f"INSERT INTO {name}", columns)

    def _make(self, name: str, **columns: Any) -> None:
        self._take_in(f"CREATE TABLE {name} AS", columns)

    def _take_in(self, statement: str, columns: dict[str, Any]) -> None:
        self._sql.register("incoming", pa.table(columns))
        self._sql.execute(f"{statement} SELECT * FROM incoming")
        self._sql.unregister("incoming")

    def learn(self) -> Library:
        """The Library of the documents added so far."""
        self._flush()
        self._find_twins()
        self._sql.execute(_sql("frequency"))
        self._cluster()
        self._sql.execute(_sql("templates"))
        self._walk()
        return Library(dict(self._entries()), self._totals())

    def _find_twins(self) -> None:
        """Near-duplicate documents, each named by that with the smallest hash among them, whatever their order."""
        rows = self._sql.sql("SELECT document, content FROM documents ORDER BY content, document").fetchnumpy()
        ordered, content = rows["document"].astype(np.int64), rows["content"]
        rank = np.empty(self._count, dtype=np.int64)
        rank[ordered] = np.arange(self._count)
        left = self._sql.sql(_sql("twin_candidates")).to_arrow_table()
        document, key = (left[name].to_numpy() for name in ("document", "key"))
        sets = sketch.distinct_sets((key >> np.uint64(32)).astype(np.uint32), rank[document], self._count)
        enough = np.flatnonzero(sets.sizes() >= _TWIN_SEGMENTS)
        edges = _edges(sets, enough, np.ones(self._count, dtype=np.int64), _TWIN)
        same = np.flatnonzero(content[1:] == content[:-1])
        twin = cluster.components(self._count, np.concatenate([edges, np.stack([same, same + 1], axis=1)]))
        self._make("twins", document=ordered.astype(np.int32), twin=ordered[twin].astype(np.int32))
        self._sql.execute(_sql("twin_hashes"), {"mask": _HASH})

    def _cluster(self) -> None:
        """Near-duplicate leaves: those long enough, signed once per key, joined around verified exemplars.

        What spans several sentences matches by key alone: an article's last sentences with a disclaimer behind them are
        near-duplicates of the next article's, and must not go with it.
        """
        rows = self._sql.sql(_sql("leaves")).to_arrow_table()
        keys, weight = rows["key"].to_numpy(), rows["documents"].to_numpy().astype(np.int64)
        hashes = np.frombuffer(b"".join(rows["shingles"].to_pylist()), dtype=np.uint32)
        ends = np.cumsum(rows["bytes"].to_numpy(), dtype=np.int64) // hashes.itemsize
        sets = sketch.Sets(hashes, np.concatenate([[0], ends]))
        edges = _edges(sets, np.arange(len(keys)), weight, library.NEAR)
        exemplar = cluster.stars(len(keys), edges, sets, weight, library.NEAR)
        moved = np.flatnonzero(exemplar != np.arange(len(keys)))
        self._make("clusters", key=keys[moved], exemplar=keys[exemplar[moved]])

    def _walk(self) -> None:
        """Count contexts, some whole documents at a time, in the order that SQL gives them."""
        self._sql.execute("CREATE TABLE contexts (template UBIGINT, context UBIGINT)")
        batches = self._sql.cursor().sql(_sql("walk")).to_arrow_reader(_ROWS)
        rows = batches.schema.empty_table()
        for batch in batches:
            rows = pa.concat_tables([rows, pa.table(batch)])
            document = rows["document"].to_numpy()
            whole = int(np.searchsorted(document, document[-1]))
            self._count_contexts(rows.slice(0, whole))
            rows = rows.slice(whole)
        self._count_contexts(rows)

    def _count_contexts(self, rows: pa.Table) -> None:
        template, context = cluster.contexts(Met(*(rows[name].to_numpy() for name in Met._fields)))
        self._insert("contexts", template=template, context=context)

    def _entries(self) -> Iterator[tuple[str, Entry]]:
        # A script of several statements takes variables, but no parameters.
        self._sql.execute("SET VARIABLE bottom = ?", [library.BOTTOM])
        self._sql.execute("SET VARIABLE variants = ?", [_VARIANTS])
        self._sql.execute(_sql("evidence"))
        for batch in self._sql.sql(_sql("entries")).to_arrow_reader(1000):
            columns = [_lists(column) if pa.types.is_list(column.type) else column.to_pylist() for column in batch.columns]
            for template, exemplar, variants, keys, documents, sources, sketches, contexts in zip(*columns, strict=True):
                # JSON has no lone surrogates; in an exemplar a stand-in will do.
                text = exemplar.decode("utf-8", "replace")
                others = [v.decode("utf-8", "replace") for v in variants]
                slots = cluster.slots(text, [v for v in others if v != text])
                name = f"{template:016x}"
                yield (
                    name,
                    Entry(
                        id=name,
                        text=text,
                        keys=[f"{key:016x}" for key in keys],
                        documents=[d >> 2 for d in documents],
                        at="".join([_PLACES[d & 3] for d in documents]),
                        contexts=contexts,
                        sources=library.most_at_home(dict(zip(sources, sketches, strict=True))),
                        slots=[[s.start, s.end, s.kind, list(s.values)] for s in slots],
                    ),
                )

    def _totals(self) -> dict[str, list[int]]:
        rows = self._sql.execute(
            "SELECT source, min(hash, ?) FROM (SELECT DISTINCT source, hash FROM documents JOIN twins USING (document) "
            "JOIN twin_hashes USING (twin)) GROUP BY ALL ORDER BY source",
            [library.BOTTOM],
        )
        return {source: list(hashes) for source, hashes in rows.fetchall()}


def _edges(sets: sketch.Sets, which: sketch.I64, weight: sketch.I64, least: float) -> np.ndarray:
    """Verified pairs among the sets ``which``, shape ``(n, 2)``."""
    bands = sketch.bands(sketch.signatures(sets))[which]
    return cluster.verified(sets, which[cluster.candidates(bands, weight[which])], least)


def _lists(column: pa.ListArray) -> list[list[Any]]:
    """What `to_pylist` gives for a column of lists, in a fraction of its time."""
    ends = column.offsets.to_pylist()
    values = column.values
    flat = _lists(values) if pa.types.is_list(values.type) else values.to_pylist()
    return [flat[start:end] for start, end in pairwise(ends)]


def _binary(data: Any, lengths: np.ndarray) -> pa.Array:
    """Pieces of some bytes, one behind the other, as an Arrow array."""
    ends = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return pa.Array.from_buffers(pa.large_binary(), len(lengths), [None, pa.py_buffer(ends), pa.py_buffer(data)])
