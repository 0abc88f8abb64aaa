SELECT hash, bytes FROM blobs WHERE hash IN (SELECT value FROM json_each(?1))
