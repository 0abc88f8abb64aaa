-- What was waiting before an entry that is finished is done with it.
UPDATE outbox SET status = 'superseded', lease_until = NULL
WHERE status = 'waiting' AND id < $1
	AND (target, object_id) = (SELECT target, object_id FROM outbox WHERE id = $1)
