DELETE FROM records WHERE kind = $1 AND id = ANY($2::text[])
