DELETE FROM records WHERE kind = ?1 AND id IN (SELECT value FROM json_each(?2))
