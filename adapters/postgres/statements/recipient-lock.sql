-- Locks one by one, in key order.
SELECT r.recipient, r.last_sent_at, r.last_slot, r.last_opens_at, r.sending_slot, r.sending_from, r.sending_until, r.doubtful_at, r.committed_count
FROM (SELECT recipient FROM unnest($3::text[]) AS k (recipient) ORDER BY recipient COLLATE "C") AS u
CROSS JOIN LATERAL (
	SELECT * FROM recipients
	WHERE spine = $1 AND space = $2 AND recipient = u.recipient COLLATE "C"
	FOR NO KEY UPDATE
) AS r
