UPDATE outbox SET status = ?, reason = ?, lease_until = NULL WHERE id = ? AND status = 'waiting'
