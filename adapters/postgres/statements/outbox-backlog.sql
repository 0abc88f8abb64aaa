SELECT
	(SELECT count(*) FROM outbox WHERE status = 'waiting' AND target = $1),
	(SELECT count(*) FROM outbox WHERE status = 'refused' AND target = $1),
	(SELECT min(created_at) FROM outbox WHERE status = 'waiting' AND target = $1)
