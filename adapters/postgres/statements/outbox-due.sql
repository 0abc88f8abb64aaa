-- The newest waiting entry of each object, unless a writer holds one of the object's entries.
SELECT o.id, o.target, o.object_id, o.payload, o.spine, o.space, o.slot, o.recipient, o.created_at, o.attempts
FROM outbox AS o
WHERE o.status = 'waiting' AND o.target = $1 AND o.not_before <= $2
	AND ($3::bigint[] IS NULL OR o.id = ANY($3))
	AND NOT EXISTS (
		SELECT 1 FROM outbox AS n
		WHERE n.status = 'waiting' AND n.target = o.target AND n.object_id = o.object_id
			AND (n.id > o.id OR n.lease_until > $2)
	)
ORDER BY o.id
LIMIT $4
FOR UPDATE OF o SKIP LOCKED
