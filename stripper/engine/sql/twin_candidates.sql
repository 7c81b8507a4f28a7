-- Near-duplicate documents are compared on what is left of them without segments seen in 3 or more documents of their
-- source: with a site's furniture left in, all its pages would look alike.
WITH met AS (
    SELECT DISTINCT o.document, o.key, d.source
    FROM occurrences o JOIN documents d USING (document)
    WHERE o.leaf AND o.words >= 4
),
common AS (
    SELECT source, key FROM met GROUP BY source, key HAVING count(*) >= 3
)
SELECT met.document, met.key
FROM met ANTI JOIN common ON met.source = common.source AND met.key = common.key
ORDER BY met.document, met.key
