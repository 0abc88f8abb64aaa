SELECT count(*) FROM events WHERE position IS NULL
