DELETE FROM events WHERE id IN (SELECT id FROM events WHERE position <= ? ORDER BY position LIMIT ?)
