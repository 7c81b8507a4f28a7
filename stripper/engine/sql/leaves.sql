-- The distinct leaves that are long enough to be compared.
SELECT key, shingles, octet_length(shingles) AS bytes, documents
FROM (SELECT key, any_value(shingles) AS shingles FROM leaves GROUP BY key) JOIN frequency USING (key)
ORDER BY key
