INSERT INTO outbox (target, object_id, payload, spine, space, slot, recipient, status, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
