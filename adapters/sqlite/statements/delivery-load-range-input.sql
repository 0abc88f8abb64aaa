-- One slot's deliveries between two recipients, with their frozen input.
SELECT d.spine, d.space, d.slot, d.recipient, d.state, d.opens_at, d.closes_at, d.cadence_index, d.input_digest, d.token, d.owner, d.lease_until, d.attempts, d.sending_since, d.sent_at, d.committed_at, d.provider, d.provider_message_id, d.failure_class, d.retryable, d.reason, d.outcome, d.outcome_at, d.release, d.variant, d.registered_at, d.updated_at,
	r.last_sent_at, r.last_slot, r.last_opens_at, r.sending_slot, r.sending_from, r.sending_until, r.doubtful_at, r.committed_count, i.text
FROM deliveries AS d
LEFT JOIN recipients AS r ON r.spine = ?1 AND r.space = ?2 AND r.recipient = d.recipient
LEFT JOIN inputs AS i ON i.spine = ?1 AND i.space = ?2 AND i.slot = ?3 AND i.recipient = d.recipient
WHERE d.spine = ?1 AND d.space = ?2 AND d.slot = ?3 AND d.recipient BETWEEN ?4 AND ?5
