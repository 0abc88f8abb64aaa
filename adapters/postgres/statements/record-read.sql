SELECT kind, id, spine, parent, body, revision, created_at, updated_at FROM records WHERE kind = $1 AND id = ANY($2::text[])
