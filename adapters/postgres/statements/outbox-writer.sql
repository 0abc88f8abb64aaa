-- One taker of a target at a time, so that the order of one object's entries holds.
SELECT pg_advisory_xact_lock(hashtextextended('release-gate:outbox:' || $1, 0))
