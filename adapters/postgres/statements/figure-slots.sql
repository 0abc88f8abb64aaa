-- Counts of each slot that opens in a stretch. OFFSET 0 keeps the planner, without statistics, from reading every slot. spine, space, from, to, release, variant, now, grants
SELECT s.slot, max(d.cadence_index), s.opens_at, s.closes_at,
	count(d.recipient),
	count(*) FILTER (WHERE d.state = 'committed'),
	count(*) FILTER (WHERE d.state = 'committed' AND coalesce(d.sent_at, d.committed_at) >= d.opens_at AND coalesce(d.sent_at, d.committed_at) < d.closes_at),
	count(*) FILTER (WHERE d.state = 'missed'),
	count(*) FILTER (WHERE d.state = 'held'),
	count(*) FILTER (WHERE d.state = 'in-doubt'),
	count(*) FILTER (WHERE d.state IN ('due', 'claimed', 'sending') OR (d.state = 'failed' AND d.retryable = 1 AND d.attempts < $8 AND d.closes_at > $7)),
	count(*) FILTER (WHERE d.state = 'failed' AND NOT (d.retryable = 1 AND d.attempts < $8 AND d.closes_at > $7)),
	count(*) FILTER (WHERE d.failure_class = 'before-generation'),
	count(*) FILTER (WHERE d.failure_class = 'generation'),
	count(*) FILTER (WHERE d.failure_class = 'send'),
	count(*) FILTER (WHERE d.failure_class = 'commit'),
	count(*) FILTER (WHERE d.state = 'committed' AND (d.failure_class IS NOT NULL OR d.attempts > 1)),
	count(*) FILTER (WHERE d.outcome = 'bounced'),
	count(*) FILTER (WHERE d.outcome = 'complained')
FROM slots AS s
LEFT JOIN LATERAL (
	SELECT * FROM deliveries AS d
	WHERE d.spine = s.spine AND d.space = s.space AND d.slot = s.slot
		AND ($5::text IS NULL OR d.release = $5) AND ($6::text IS NULL OR d.variant = $6)
	OFFSET 0
) AS d ON true
WHERE s.spine = $1 AND s.space = $2 AND s.opens_at >= $3 AND s.opens_at < $4
GROUP BY s.slot, s.opens_at, s.closes_at
ORDER BY s.opens_at
