-- Keeps two first configurations of one spine apart.
SELECT pg_advisory_xact_lock(hashtextextended('release-gate:spine:' || $1, 0))
