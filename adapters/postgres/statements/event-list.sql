SELECT id, at, kind, spine, subject, sentence, data, position, hash FROM events
WHERE id > $1 AND ($2::text IS NULL OR spine = $2) AND ($3::text[] IS NULL OR kind = ANY($3))
ORDER BY id LIMIT $4
