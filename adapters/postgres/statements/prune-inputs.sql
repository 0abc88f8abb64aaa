DELETE FROM inputs WHERE (spine, space, slot, recipient) IN (
	SELECT i.spine, i.space, i.slot, i.recipient
	FROM slots AS s
	JOIN inputs AS i ON i.spine = s.spine AND i.space = s.space AND i.slot = s.slot
	JOIN deliveries AS d ON d.spine = i.spine AND d.space = i.space AND d.slot = i.slot AND d.recipient = i.recipient
	WHERE s.closes_at < $1 AND d.closes_at < $1 AND (d.state IN ('committed', 'missed', 'held') OR (d.state = 'failed' AND d.retryable = 0))
	LIMIT $2
)
