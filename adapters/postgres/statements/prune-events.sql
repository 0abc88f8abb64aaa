DELETE FROM events WHERE id IN (SELECT id FROM events WHERE position <= $1 ORDER BY position LIMIT $2)
