UPDATE deliveries AS d SET input_digest = u.input_digest
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS u (input_digest, spine, space, slot, recipient)
WHERE d.spine = u.spine COLLATE "C" AND d.space = u.space COLLATE "C" AND d.slot = u.slot COLLATE "C" AND d.recipient = u.recipient COLLATE "C"
