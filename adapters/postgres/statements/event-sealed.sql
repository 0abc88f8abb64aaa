SELECT id, at, kind, spine, subject, sentence, data, position, hash FROM events WHERE position > $1 ORDER BY position LIMIT $2
