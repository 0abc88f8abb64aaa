SELECT spine, settings, version, paused, pause_reason, paused_at, created_at, updated_at, swept_until FROM spines ORDER BY spine
