INSERT INTO outbox (target, object_id, payload, spine, space, slot, recipient, status, created_at)
SELECT u.target, u.object_id, u.payload, u.spine, u.space, u.slot, u.recipient, u.status, u.created_at
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[]) WITH ORDINALITY AS u (target, object_id, payload, spine, space, slot, recipient, status, created_at, place)
ORDER BY u.place
RETURNING id
