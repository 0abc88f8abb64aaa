INSERT INTO inputs (spine, space, slot, recipient, text)
SELECT u.* FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS u
ON CONFLICT (spine, space, slot, recipient) DO UPDATE SET text = excluded.text
