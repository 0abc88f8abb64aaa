DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE created_at < ? AND status <> 'waiting' LIMIT ?)
