DELETE FROM messages WHERE spine = ? AND space = ? AND slot = ? AND recipient = ?
