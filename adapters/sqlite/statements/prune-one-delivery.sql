DELETE FROM deliveries WHERE spine = ? AND space = ? AND slot = ? AND recipient = ?
