SELECT id, at, kind, spine, subject, sentence, data, position, hash FROM events
WHERE id > ?1 AND (?2 IS NULL OR spine = ?2) AND (?3 IS NULL OR kind IN (SELECT value FROM json_each(?3)))
ORDER BY id LIMIT ?4
