INSERT INTO slots (spine, space, slot, opens_at, closes_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
