"""Learning on one machine: DuckDB runs the SQL files and spills to disk, our kernel does the hashing between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
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
_WORDINGS = {"key": pa.uint64(), "text": pa.binary(), "folded": pa.binary(), "words": pa.int32()}
_HASH = (1 << library.HASH_BITS) - 1


def _sql(name: str) -> str:
    return files("stripper.engine").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


class Learner:
    """Takes fingerprints of documents and makes a Library of what repeats among them.

    memory: what DuckDB may hold before it spills to ``folder``, in its notation (``1GB``).
    """

    def __init__(self, folder: Path | None = None, memory: str = "512MB", threads: int = 2) -> None:
        self._folder = TemporaryDirectory(prefix="stripper-", dir=folder, ignore_cleanup_errors=True)
        self._sql = duckdb.connect(str(Path(self._folder.name) / "learn.duckdb"))
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
        self._rows += len(met.key)
        if self._rows >= _ROWS:
            self._flush()

    def _flush(self) -> None:
        met = self._waiting
        if not met:
            return
        numbers = np.arange(self._count, self._count + len(met), dtype=np.int32)
        self._count += len(met)
        documents = {
            "document": numbers,
            "content": pa.array([m.content for m in met], pa.uint64()),
            "source": pa.array([m.source for m in met], pa.string()),
        }
        columns = ("key", "first", "last", "leaf", "words", "place")
        occurrences = {
            "document": np.repeat(numbers, [len(m.key) for m in met]),
            **{name: np.concatenate([getattr(m, name) for m in met]) for name in columns},
        }
        wordings = _table((row for m in met for row in m.wordings), **_WORDINGS)
        self._insert("documents", pa.table(documents))
        self._insert("occurrences", pa.table(occurrences))
        self._insert("wordings", wordings)
        self._clear()

    def _insert(self, name: str, table: pa.Table) -> None:
        self._sql.register("incoming", table)
        self._sql.execute(f"INSERT INTO {name} SELECT * FROM incoming")
        self._sql.unregister("incoming")

    def _make(self, name: str, **columns: Any) -> None:
        self._sql.register("incoming", pa.table(columns))
        self._sql.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM incoming")
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
        edges = self._edges(sets, enough, np.ones(self._count, dtype=np.int64), _TWIN)
        same = np.flatnonzero(content[1:] == content[:-1])
        twin = cluster.components(self._count, np.concatenate([edges, np.stack([same, same + 1], axis=1)]))
        self._make("twins", document=ordered.astype(np.int32), twin=ordered[twin].astype(np.int32))
        self._sql.execute(_sql("twin_hashes"), {"mask": _HASH})

    def _cluster(self) -> None:
        """Near-duplicate leaves: those long enough, signed once per key, joined around verified exemplars.

        What spans several sentences matches by key alone: an article's last sentences with a disclaimer behind them are
        near-duplicates of the next article's, and must not go with it.
        """
        rows = self._sql.sql(
            "SELECT f.key, any_value(w.folded) AS folded, any_value(f.documents) AS documents "
            "FROM frequency f JOIN wordings w USING (key) WHERE f.leaf AND f.words >= ? GROUP BY f.key ORDER BY f.key",
            params=[library.NEAR_WORDS],
        ).to_arrow_table()
        keys, weight = rows["key"].to_numpy(), rows["documents"].to_numpy().astype(np.int64)
        sets = sketch.shingle_sets([b.decode("utf-8", "surrogatepass") for b in rows["folded"].to_pylist()])
        edges = self._edges(sets, np.arange(len(keys)), weight, library.NEAR)
        exemplar = cluster.stars(len(keys), edges, sets, weight, library.NEAR)
        moved = np.flatnonzero(exemplar != np.arange(len(keys)))
        self._make("clusters", key=keys[moved], exemplar=keys[exemplar[moved]])

    def _edges(self, sets: sketch.Sets, which: sketch.I64, weight: sketch.I64, least: float) -> np.ndarray:
        """Verified pairs among the sets ``which``, shape ``(n, 2)``."""
        bands = sketch.bands(sketch.signatures(sets))[which]
        self._make(
            "bands",
            number=np.repeat(which.astype(np.int32), bands.shape[1]),
            band=np.tile(np.arange(bands.shape[1], dtype=np.uint8), len(bands)),
            bucket=bands.ravel(),
            weight=np.repeat(weight[which], bands.shape[1]),
        )
        pairs = self._sql.execute(_sql("candidates")).fetchnumpy()
        found = np.stack([pairs["hub"], pairs["member"]], axis=1).astype(np.int64)
        return cluster.verified(sets, found, least)

    def _walk(self) -> None:
        """Count contexts, a document at a time, in the order that SQL gives them."""
        self._sql.execute("CREATE TABLE contexts (template UBIGINT, context UBIGINT)")
        found: list[tuple[int, int]] = []
        cursor = self._sql.cursor().execute(_sql("walk"))
        leaves: list[tuple[int, int]] = []
        met: list[Met] = []
        current = -1
        while rows := cursor.fetchmany(_ROWS):
            for document, first, last, leaf, template, documents in rows:
                if document != current:
                    found.extend(cluster.contexts(leaves, met))
                    leaves, met, current = [], [], document
                if leaf:
                    leaves.append((template, documents))
                if documents >= 2:
                    met.append(Met(template, documents, first, last))
            if len(found) >= _ROWS:
                self._insert("contexts", _table(found, template=pa.uint64(), context=pa.uint64()))
                found = []
        found.extend(cluster.contexts(leaves, met))
        self._insert("contexts", _table(found, template=pa.uint64(), context=pa.uint64()))

    def _entries(self) -> Iterator[tuple[str, Entry]]:
        cursor = self._sql.execute(_sql("evidence"), {"bottom": library.BOTTOM, "variants": _VARIANTS})
        while rows := cursor.fetchmany(1000):
            for template, exemplar, variants, keys, documents, sources, contexts in rows:
                # JSON has no lone surrogates; in an exemplar a stand-in will do.
                text = exemplar.decode("utf-8", "replace")
                others = [v.decode("utf-8", "replace") for v in variants]
                found = cluster.slots(text, [v for v in others if v != text])
                name = f"{template:016x}"
                yield name, Entry(
                    id=name,
                    text=text,
                    keys=[f"{key:016x}" for key in keys],
                    documents=[d["hash"] for d in documents],
                    at="".join(_PLACES[d["place"]] for d in documents),
                    contexts=list(contexts),
                    sources=library.most_at_home({s["source"]: s["documents"] for s in sources}),
                    slots=[[s.start, s.end, s.kind, list(s.values)] for s in found],
                )

    def _totals(self) -> dict[str, list[int]]:
        rows = self._sql.execute(
            "SELECT source, min(hash, ?) FROM (SELECT DISTINCT source, hash FROM documents JOIN twins USING (document) "
            "JOIN twin_hashes USING (twin)) GROUP BY ALL ORDER BY source",
            [library.BOTTOM],
        )
        return {source: list(hashes) for source, hashes in rows.fetchall()}


def _table(rows: Iterable[tuple[Any, ...]], **columns: pa.DataType) -> pa.Table:
    """Rows as an Arrow table of the given columns."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pa.table({name: pa.array(part, kind) for (name, kind), part in zip(columns.items(), values, strict=True)})
