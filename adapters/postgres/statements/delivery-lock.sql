-- Locks one slot's deliveries one by one, in key order.
SELECT d.held
FROM (SELECT recipient FROM unnest($4::text[]) AS k (recipient) ORDER BY recipient COLLATE "C") AS u
CROSS JOIN LATERAL (
	SELECT 1 AS held FROM deliveries
	WHERE spine = $1 AND space = $2 AND slot = $3 AND recipient = u.recipient COLLATE "C"
	FOR NO KEY UPDATE
) AS d
