-- In how many documents each exact segment stands, near-duplicate documents taken as one.
CREATE TABLE frequency AS
SELECT key, count(DISTINCT twin) AS documents
FROM occurrences JOIN twins USING (document)
GROUP BY key
