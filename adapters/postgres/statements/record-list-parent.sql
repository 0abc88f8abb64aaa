SELECT kind, id, spine, parent, body, revision, created_at, updated_at FROM records
WHERE kind = $1 AND parent = $4 AND ($5::text IS NULL OR spine = $5) AND ($2::text IS NULL OR seq < (SELECT seq FROM records WHERE kind = $1 AND id = $2))
ORDER BY seq DESC LIMIT $3
