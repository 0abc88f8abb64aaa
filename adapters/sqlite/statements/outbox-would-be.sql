SELECT o.id, o.target, o.object_id, o.payload, o.spine, o.space, o.slot, o.recipient, o.created_at, o.attempts FROM outbox AS o WHERE o.status = 'would-be' AND o.space = ? ORDER BY o.id LIMIT ?
