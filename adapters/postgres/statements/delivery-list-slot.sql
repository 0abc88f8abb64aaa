-- Within one slot: a range of the primary key.
SELECT d.spine, d.space, d.slot, d.recipient, d.state, d.opens_at, d.closes_at, d.cadence_index, d.input_digest, d.token, d.owner, d.lease_until, d.attempts, d.sending_since, d.sent_at, d.committed_at, d.provider, d.provider_message_id, d.failure_class, d.retryable, d.reason, d.outcome, d.outcome_at, d.release, d.variant, d.registered_at, d.updated_at,
	NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, i.text
FROM deliveries AS d
LEFT JOIN LATERAL (
	SELECT text FROM inputs
	WHERE $7::boolean AND spine = d.spine AND space = d.space AND slot = d.slot AND recipient = d.recipient
	LIMIT 1
) AS i ON true
WHERE d.spine = $1 AND d.space = $2 AND d.slot = $3 AND d.recipient > $4
	AND ($5::text[] IS NULL OR d.state = ANY($5))
ORDER BY d.recipient
LIMIT $6
