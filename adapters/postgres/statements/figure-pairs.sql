-- Consecutive committed sends per recipient, counted by the two slots. spine, space, from, to, release, variant, since, gap
WITH registered AS (
	SELECT d.recipient, d.slot, d.state, d.opens_at, d.closes_at, d.cadence_index, d.release, d.variant,
		coalesce(d.sent_at, d.committed_at) AS sent,
		count(*) FILTER (WHERE d.state <> 'committed') OVER (PARTITION BY d.recipient ORDER BY d.opens_at) AS unserved
	FROM slots AS s
	CROSS JOIN LATERAL (
		SELECT * FROM deliveries AS d WHERE d.spine = s.spine AND d.space = s.space AND d.slot = s.slot OFFSET 0
	) AS d
	WHERE s.spine = $1 AND s.space = $2 AND s.opens_at >= $7 AND s.opens_at < $4
), sends AS (
	SELECT slot, opens_at, closes_at, cadence_index, release, variant, sent, unserved,
		lag(slot) OVER earlier AS earlier_slot,
		lag(opens_at) OVER earlier AS earlier_opens_at,
		lag(cadence_index) OVER earlier AS earlier_index,
		lag(sent) OVER earlier AS earlier_sent,
		lag(unserved) OVER earlier AS earlier_unserved
	FROM registered WHERE state = 'committed'
	WINDOW earlier AS (PARTITION BY recipient ORDER BY opens_at)
)
SELECT slot, opens_at, cadence_index, earlier_slot, earlier_opens_at, earlier_index,
	count(*),
	count(*) FILTER (WHERE sent - earlier_sent < $8),
	count(*) FILTER (WHERE sent - earlier_sent > closes_at - earlier_opens_at OR cadence_index - earlier_index - 1 > unserved - earlier_unserved),
	count(*) FILTER (WHERE sent < opens_at OR sent >= closes_at)
FROM sends
WHERE earlier_slot IS NOT NULL AND opens_at >= $3
	AND ($5::text IS NULL OR release = $5) AND ($6::text IS NULL OR variant = $6)
GROUP BY slot, opens_at, cadence_index, earlier_slot, earlier_opens_at, earlier_index
ORDER BY opens_at, earlier_opens_at
