INSERT INTO records (kind, id, spine, parent, body, revision, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
