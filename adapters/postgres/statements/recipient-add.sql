INSERT INTO recipients (spine, space, recipient, committed_count)
SELECT $1, $2, u.recipient, 0 FROM unnest($3::text[]) AS u (recipient)
ORDER BY u.recipient COLLATE "C"
ON CONFLICT (spine, space, recipient) DO NOTHING
