-- Within one slot: a range of the primary key.
SELECT d.spine, d.space, d.slot, d.recipient, d.state, d.opens_at, d.closes_at, d.cadence_index, d.input_digest, d.token, d.owner, d.lease_until, d.attempts, d.sending_since, d.sent_at, d.committed_at, d.provider, d.provider_message_id, d.failure_class, d.retryable, d.reason, d.outcome, d.outcome_at, d.release, d.variant, d.registered_at, d.updated_at,
	NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, i.text
FROM deliveries AS d
LEFT JOIN inputs AS i ON ?7 AND i.spine = d.spine AND i.space = d.space AND i.slot = d.slot AND i.recipient = d.recipient
WHERE d.spine = ?1 AND d.space = ?2 AND d.slot = ?3 AND d.recipient > ?4
	AND (?5 IS NULL OR d.state IN (SELECT value FROM json_each(?5)))
ORDER BY d.recipient
LIMIT ?6
