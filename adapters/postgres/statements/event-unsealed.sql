SELECT id, at, kind, spine, subject, sentence, data, position, hash FROM events WHERE position IS NULL ORDER BY id LIMIT $1
