-- All that is known of each Template.
SELECT template, exemplar, variants, keys, documents, sources, sketches, coalesce(contexts, []) AS contexts
FROM exemplars
JOIN texts USING (template)
JOIN keys USING (template)
JOIN by_document USING (template)
JOIN by_source USING (template)
LEFT JOIN by_context USING (template)
ORDER BY template
