UPDATE outbox SET lease_until = ?, attempts = attempts + 1 WHERE id = ?
