INSERT OR REPLACE INTO recipients (spine, space, recipient, last_sent_at, last_slot, last_opens_at, sending_slot, sending_from, sending_until, doubtful_at, committed_count)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
