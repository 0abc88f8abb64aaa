DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE created_at < $1 AND status <> 'waiting' LIMIT $2)
