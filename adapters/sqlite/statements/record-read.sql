SELECT kind, id, spine, parent, body, revision, created_at, updated_at FROM records WHERE kind = ?1 AND id IN (SELECT value FROM json_each(?2))
