UPDATE slots SET settled = 1 WHERE spine = $1 AND space = $2 AND slot = $3
