UPDATE outbox SET not_before = ?, reason = ?, lease_until = NULL WHERE id = ? AND status = 'waiting'
