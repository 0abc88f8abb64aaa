SELECT state, count(*) FROM deliveries WHERE spine = $1 AND space = $2 AND slot = $3 GROUP BY state
