-- The last position before which everything is older: the chain is cut there.
SELECT position, hash FROM events
WHERE position < coalesce((SELECT min(position) FROM events WHERE position IS NOT NULL AND at >= $1), 9007199254740991)
ORDER BY position DESC LIMIT 1
