INSERT INTO messages (provider, message_id, spine, space, slot, recipient)
SELECT u.* FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) AS u (provider, message_id, spine, space, slot, recipient)
ORDER BY u.provider COLLATE "C", u.message_id COLLATE "C"
ON CONFLICT DO NOTHING
