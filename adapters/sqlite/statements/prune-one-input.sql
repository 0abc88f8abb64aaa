DELETE FROM inputs WHERE spine = ? AND space = ? AND slot = ? AND recipient = ?
