-- How many deliveries a slot has between two recipients; counts no further than it must.
SELECT count(*) FROM (
	SELECT 1 FROM deliveries WHERE spine = ?1 AND space = ?2 AND slot = ?3 AND recipient BETWEEN ?4 AND ?5 LIMIT ?6
)
