WITH gone AS (
	SELECT d.spine, d.space, d.slot, d.recipient
	FROM slots AS s
	JOIN deliveries AS d ON d.spine = s.spine AND d.space = s.space AND d.slot = s.slot
	WHERE s.closes_at < $1 AND d.closes_at < $1 AND (d.state IN ('committed', 'missed', 'held') OR (d.state = 'failed' AND d.retryable = 0))
	LIMIT $2
), gone_inputs AS (
	DELETE FROM inputs AS i USING gone AS g
	WHERE i.spine = g.spine AND i.space = g.space AND i.slot = g.slot AND i.recipient = g.recipient
), gone_messages AS (
	DELETE FROM messages AS m USING gone AS g
	WHERE m.spine = g.spine AND m.space = g.space AND m.slot = g.slot AND m.recipient = g.recipient
)
DELETE FROM deliveries AS d USING gone AS g
WHERE d.spine = g.spine AND d.space = g.space AND d.slot = g.slot AND d.recipient = g.recipient
