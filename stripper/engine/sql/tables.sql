-- What one pass over the documents leaves behind.

-- document: row number in the order read; content: hash of the text, the same for the same text.
CREATE TABLE documents (document INTEGER, content UBIGINT, source VARCHAR);

-- One row per segment: its key, the first and last leaf (finest segment) it spans, and where in its document it stands.
CREATE TABLE occurrences (
    document INTEGER, key UBIGINT, first INTEGER, last INTEGER, leaf BOOLEAN, words INTEGER, place UTINYINT
);

-- The wordings of each key, as UTF-8 with surrogates let through.
CREATE TABLE wordings (key UBIGINT, text BLOB, folded BLOB, words INTEGER);
