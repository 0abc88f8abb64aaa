SELECT d.spine, d.space, d.slot, d.recipient, d.state, d.opens_at, d.closes_at, d.cadence_index, d.input_digest, d.token, d.owner, d.lease_until, d.attempts, d.sending_since, d.sent_at, d.committed_at, d.provider, d.provider_message_id, d.failure_class, d.retryable, d.reason, d.outcome, d.outcome_at, d.release, d.variant, d.registered_at, d.updated_at,
	NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, i.text
FROM deliveries AS d
LEFT JOIN LATERAL (
	SELECT text FROM inputs
	WHERE $10::boolean AND spine = d.spine AND space = d.space AND slot = d.slot AND recipient = d.recipient
	LIMIT 1
) AS i ON true
WHERE (d.spine, d.space, d.slot, d.recipient) > ($1, $2, $3, $4)
	AND ($5::text IS NULL OR d.spine = $5)
	AND ($6::text IS NULL OR d.space = $6)
	AND ($7::text IS NULL OR d.slot = $7)
	AND ($8::text[] IS NULL OR d.state = ANY($8))
ORDER BY d.spine, d.space, d.slot, d.recipient
LIMIT $9
