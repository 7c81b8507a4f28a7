-- Clusters met in two documents or more: the Templates. A key outside every cluster is its own.
CREATE TABLE membership AS
SELECT frequency.key, coalesce(clusters.exemplar, frequency.key) AS template
FROM frequency LEFT JOIN clusters ON frequency.key = clusters.key;

CREATE TABLE met AS
SELECT m.template, t.twin, o.document, o.first, o.last, o.leaf, o.place
FROM occurrences o JOIN membership m ON o.key = m.key JOIN twins t ON o.document = t.document;

CREATE TABLE templates AS
SELECT template, count(DISTINCT twin) AS documents FROM met GROUP BY template;
