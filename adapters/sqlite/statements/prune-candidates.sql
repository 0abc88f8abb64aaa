SELECT d.spine, d.space, d.slot, d.recipient
FROM slots AS s
CROSS JOIN deliveries AS d ON d.spine = s.spine AND d.space = s.space AND d.slot = s.slot
WHERE s.closes_at < ?1 AND d.closes_at < ?1 AND (d.state IN ('committed', 'missed', 'held') OR (d.state = 'failed' AND d.retryable = 0))
LIMIT ?2
