-- One change for many deliveries of one slot: what a claim or a confirmation is. OFFSET 0 keeps the planner from
-- scanning the slot once per recipient: it then joins by the whole key.
UPDATE deliveries AS d SET state = $1, token = $2, owner = $3, lease_until = $4, attempts = $5, sending_since = $6, sent_at = $7, committed_at = $8, provider = $9, provider_message_id = $10, failure_class = $11, retryable = $12, reason = $13, outcome = $14, outcome_at = $15, release = $16, variant = $17, updated_at = $18
FROM (
	SELECT $19::text AS spine, $20::text AS space, $21::text AS slot, recipient
	FROM unnest($22::text[]) AS k (recipient)
	OFFSET 0
) AS u
WHERE d.spine = u.spine COLLATE "C" AND d.space = u.space COLLATE "C" AND d.slot = u.slot COLLATE "C" AND d.recipient = u.recipient COLLATE "C"
