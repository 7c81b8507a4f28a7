-- What one pass over the documents leaves behind.

-- document: row number in the order read; content: hash of the text, the same for the same text.
CREATE TABLE documents (document INTEGER, content UBIGINT, source VARCHAR);

-- One row per segment: its key, the first and last leaf (finest segment) it spans, the words of a leaf, where in its document
-- it stands, and its text as UTF-8 with surrogates let through.
CREATE TABLE occurrences (
    document INTEGER, key UBIGINT, first INTEGER, last INTEGER, leaf BOOLEAN, words INTEGER, place UTINYINT, text BLOB
);

-- The leaves that are long enough to be compared, each with its shingles: 32-bit hashes, sorted.
CREATE TABLE leaves (key UBIGINT, shingles BLOB);
