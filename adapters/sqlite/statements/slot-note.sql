INSERT INTO slots (spine, space, slot, opens_at, closes_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
