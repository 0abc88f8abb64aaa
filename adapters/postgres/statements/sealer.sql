SELECT pg_try_advisory_xact_lock(hashtextextended('release-gate:sealer:' || current_schema(), 0))
