-- Segments that share a band of their signatures, each bucket as a star around its most frequent member: the cost stays
-- linear in the size of a hot bucket. A pair is a candidate, not yet an edge.
WITH buckets AS (
    SELECT band, bucket, min_by(number, (-weight, number)) AS hub
    FROM bands GROUP BY band, bucket HAVING count(*) > 1
)
SELECT DISTINCT buckets.hub AS hub, bands.number AS member
FROM bands JOIN buckets ON bands.band = buckets.band AND bands.bucket = buckets.bucket
WHERE buckets.hub <> bands.number
ORDER BY hub, member
