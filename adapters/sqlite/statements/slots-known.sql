SELECT slot FROM slots WHERE spine = ? AND space = ? AND slot IN (SELECT value FROM json_each(?))
