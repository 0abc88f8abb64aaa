UPDATE outbox SET not_before = $1, reason = $2, lease_until = NULL WHERE id = $3 AND status = 'waiting'
