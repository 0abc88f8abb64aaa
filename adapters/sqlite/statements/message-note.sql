INSERT INTO messages (provider, message_id, spine, space, slot, recipient) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
