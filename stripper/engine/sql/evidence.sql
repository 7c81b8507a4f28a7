-- The evidence of each Template as bottom-k sketches (`bottom` hashes each), a table for each kind: made all at once, they
-- would need the memory of all at once.
CREATE TABLE repeated AS
SELECT template FROM templates WHERE documents >= 2;

CREATE TABLE held AS
SELECT met.template, h.hash, d.source, min(met.place) AS place
FROM met JOIN repeated USING (template)
JOIN documents d ON met.document = d.document
JOIN twin_hashes h ON met.twin = h.twin
GROUP BY met.template, h.hash, d.source;

-- Places: the first one a document gives, below its hash in one number.
CREATE TABLE by_document AS
SELECT template, min(((hash << 2) | place)::UBIGINT, getvariable('bottom')) AS documents
FROM (SELECT template, hash, min(place) AS place FROM held GROUP BY template, hash) GROUP BY template;

CREATE TABLE by_source AS
SELECT template, list(source ORDER BY source) AS sources, list(documents ORDER BY source) AS sketches
FROM (SELECT template, source, min(hash, getvariable('bottom')) AS documents FROM held GROUP BY template, source)
GROUP BY template;

CREATE TABLE by_context AS
SELECT template, min(context, getvariable('bottom')) AS contexts
FROM (SELECT DISTINCT template, context FROM contexts) GROUP BY template;

CREATE TABLE keys AS
SELECT template, list(key ORDER BY key) AS keys FROM membership JOIN repeated USING (template) GROUP BY template;

CREATE TABLE texts AS
SELECT template, min(text, getvariable('variants')) AS variants
FROM (SELECT DISTINCT m.template, o.text FROM membership m JOIN repeated USING (template) JOIN occurrences o ON o.key = m.key)
GROUP BY template;

CREATE TABLE exemplars AS
SELECT template, min(text) AS exemplar FROM repeated JOIN occurrences ON occurrences.key = repeated.template GROUP BY template
