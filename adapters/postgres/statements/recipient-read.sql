-- LATERAL with LIMIT: one look-up by the whole key per row, whatever the planner believes of the table.
SELECT r.recipient, r.last_sent_at, r.last_slot, r.last_opens_at, r.sending_slot, r.sending_from, r.sending_until, r.doubtful_at, r.committed_count
FROM unnest($3::text[]) AS u (recipient)
CROSS JOIN LATERAL (
	SELECT * FROM recipients
	WHERE spine = $1 AND space = $2 AND recipient = u.recipient COLLATE "C"
	LIMIT 1
) AS r
