-- Every document's segments in order with the frequency of their Template: what contexts are counted on. Of documents that
-- are near-duplicates only the first is walked.
SELECT met.document, met.first, met.last, met.leaf, met.template, templates.documents
FROM met JOIN templates USING (template)
WHERE met.document = met.twin AND (met.leaf OR templates.documents >= 2)
ORDER BY met.document, met.first, met.last
