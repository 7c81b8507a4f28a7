-- In how many documents each exact segment stands, near-duplicate documents taken as one.
CREATE TABLE frequency AS
SELECT key, count(DISTINCT twin) AS documents, max(words) AS words, bool_or(leaf) AS leaf
FROM occurrences JOIN twins USING (document)
GROUP BY key
