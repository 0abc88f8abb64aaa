UPDATE deliveries SET input_digest = ? WHERE spine = ? AND space = ? AND slot = ? AND recipient = ?
