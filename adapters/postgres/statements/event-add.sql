INSERT INTO events (at, kind, spine, subject, sentence, data)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
