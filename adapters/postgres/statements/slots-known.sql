SELECT slot FROM slots WHERE spine = $1 AND space = $2 AND slot = ANY($3::text[])
