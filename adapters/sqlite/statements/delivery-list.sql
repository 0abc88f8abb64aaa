SELECT d.spine, d.space, d.slot, d.recipient, d.state, d.opens_at, d.closes_at, d.cadence_index, d.input_digest, d.token, d.owner, d.lease_until, d.attempts, d.sending_since, d.sent_at, d.committed_at, d.provider, d.provider_message_id, d.failure_class, d.retryable, d.reason, d.outcome, d.outcome_at, d.release, d.variant, d.registered_at, d.updated_at,
	NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, i.text
FROM deliveries AS d
LEFT JOIN inputs AS i ON ?10 AND i.spine = d.spine AND i.space = d.space AND i.slot = d.slot AND i.recipient = d.recipient
WHERE (d.spine, d.space, d.slot, d.recipient) > (?1, ?2, ?3, ?4)
	AND (?5 IS NULL OR d.spine <= ?5)
	AND (?5 IS NULL OR d.spine = ?5)
	AND (?6 IS NULL OR d.space = ?6)
	AND (?7 IS NULL OR d.slot = ?7)
	AND (?8 IS NULL OR d.state IN (SELECT value FROM json_each(?8)))
ORDER BY d.spine, d.space, d.slot, d.recipient
LIMIT ?9
