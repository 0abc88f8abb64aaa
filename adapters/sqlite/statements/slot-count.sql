SELECT state, count(*) FROM deliveries WHERE spine = ? AND space = ? AND slot = ? GROUP BY state
