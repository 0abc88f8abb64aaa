SELECT r.recipient, r.last_sent_at, r.last_slot, r.last_opens_at, r.sending_slot, r.sending_from, r.sending_until, r.doubtful_at, r.committed_count
FROM json_each(?3) AS j
CROSS JOIN recipients AS r ON r.spine = ?1 AND r.space = ?2 AND r.recipient = j.value
