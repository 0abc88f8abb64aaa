UPDATE events AS e SET position = u.position, hash = u.hash
FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS u (id, position, hash) WHERE e.id = u.id
