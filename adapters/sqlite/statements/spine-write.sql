INSERT OR REPLACE INTO spines (spine, settings, version, paused, pause_reason, paused_at, created_at, updated_at, swept_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
