DELETE FROM blobs WHERE hash = ANY($1::text[])
