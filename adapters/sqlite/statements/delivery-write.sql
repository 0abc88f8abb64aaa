UPDATE deliveries SET state = ?, token = ?, owner = ?, lease_until = ?, attempts = ?, sending_since = ?, sent_at = ?, committed_at = ?, provider = ?, provider_message_id = ?, failure_class = ?, retryable = ?, reason = ?, outcome = ?, outcome_at = ?, release = ?, variant = ?, updated_at = ?
WHERE spine = ? AND space = ? AND slot = ? AND recipient = ?
