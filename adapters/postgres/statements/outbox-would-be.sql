SELECT o.id, o.target, o.object_id, o.payload, o.spine, o.space, o.slot, o.recipient, o.created_at, o.attempts FROM outbox AS o WHERE o.status = 'would-be' AND o.space = $1 ORDER BY o.id LIMIT $2
