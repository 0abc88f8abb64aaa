INSERT INTO spine_versions (spine, version, settings, configured_by, configured_at) VALUES (?, ?, ?, ?, ?)
