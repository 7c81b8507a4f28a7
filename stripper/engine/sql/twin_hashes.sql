-- What stands for a document in sketches: the smallest hash among its near-duplicates, cut to $mask.
CREATE TABLE twin_hashes AS
SELECT twin, (min(content) & $mask)::UBIGINT AS hash FROM twins JOIN documents USING (document) GROUP BY twin
