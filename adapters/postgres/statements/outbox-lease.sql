UPDATE outbox SET lease_until = $1, attempts = attempts + 1 WHERE id = ANY($2::bigint[])
