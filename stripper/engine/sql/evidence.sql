-- The evidence of each Template as bottom-k sketches ($bottom hashes each). Places: the first one a document gives.
WITH repeated AS (
    SELECT template FROM templates WHERE documents >= 2
),
held AS (
    SELECT met.template, h.hash, d.source, min(met.place) AS place
    FROM met JOIN repeated USING (template)
    JOIN documents d ON met.document = d.document
    JOIN twin_hashes h ON met.twin = h.twin
    GROUP BY met.template, h.hash, d.source
),
by_document AS (
    SELECT template, min({'hash': hash, 'place': place}, $bottom) AS documents
    FROM (SELECT template, hash, min(place) AS place FROM held GROUP BY template, hash) GROUP BY template
),
by_source AS (
    SELECT template, list({'source': source, 'documents': documents} ORDER BY source) AS sources
    FROM (SELECT template, source, min(hash, $bottom) AS documents FROM held GROUP BY template, source)
    GROUP BY template
),
by_context AS (
    SELECT template, min(context, $bottom) AS contexts
    FROM (SELECT DISTINCT template, context FROM contexts) GROUP BY template
),
keys AS (
    SELECT template, list(key ORDER BY key) AS keys FROM membership JOIN repeated USING (template) GROUP BY template
),
texts AS (
    SELECT template, min(text, $variants) AS variants
    FROM (SELECT DISTINCT m.template, w.text FROM membership m JOIN repeated USING (template) JOIN wordings w ON w.key = m.key)
    GROUP BY template
),
exemplars AS (
    SELECT template, min(text) AS exemplar FROM repeated JOIN wordings ON wordings.key = repeated.template GROUP BY template
)
SELECT r.template, e.exemplar, x.variants, k.keys, d.documents, s.sources, coalesce(c.contexts, []) AS contexts
FROM repeated r
JOIN exemplars e ON e.template = r.template
JOIN texts x ON x.template = r.template
JOIN keys k ON k.template = r.template
JOIN by_document d ON d.template = r.template
JOIN by_source s ON s.template = r.template
LEFT JOIN by_context c ON c.template = r.template
ORDER BY r.template
