-- LATERAL with LIMIT: one look-up by the whole key per row, whatever the planner believes of the table.
SELECT d.spine, d.space, d.slot, d.recipient, d.state, d.opens_at, d.closes_at, d.cadence_index, d.input_digest, d.token, d.owner, d.lease_until, d.attempts, d.sending_since, d.sent_at, d.committed_at, d.provider, d.provider_message_id, d.failure_class, d.retryable, d.reason, d.outcome, d.outcome_at, d.release, d.variant, d.registered_at, d.updated_at,
	r.last_sent_at, r.last_slot, r.last_opens_at, r.sending_slot, r.sending_from, r.sending_until, r.doubtful_at, r.committed_count, i.text
FROM unnest($4::text[]) AS u (recipient)
CROSS JOIN LATERAL (
	SELECT * FROM deliveries
	WHERE spine = $1 AND space = $2 AND slot = $3 AND recipient = u.recipient COLLATE "C"
	LIMIT 1
) AS d
LEFT JOIN LATERAL (
	SELECT * FROM recipients
	WHERE spine = $1 AND space = $2 AND recipient = u.recipient COLLATE "C"
	LIMIT 1
) AS r ON true
LEFT JOIN LATERAL (
	SELECT text FROM inputs
	WHERE spine = $1 AND space = $2 AND slot = $3 AND recipient = u.recipient COLLATE "C"
	LIMIT 1
) AS i ON true
