INSERT INTO spine_versions (spine, version, settings, configured_by, configured_at) VALUES ($1, $2, $3, $4, $5)
