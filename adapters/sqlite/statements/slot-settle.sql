UPDATE slots SET settled = 1 WHERE spine = ? AND space = ? AND slot = ?
