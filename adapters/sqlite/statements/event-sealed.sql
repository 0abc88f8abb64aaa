SELECT id, at, kind, spine, subject, sentence, data, position, hash FROM events WHERE position > ? ORDER BY position LIMIT ?
