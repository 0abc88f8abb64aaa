UPDATE records SET spine = ?3, parent = ?4, body = ?5, revision = ?6, updated_at = ?7 WHERE kind = ?1 AND id = ?2
