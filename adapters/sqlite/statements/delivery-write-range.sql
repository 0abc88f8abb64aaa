-- One change for all deliveries of a slot between two recipients.
UPDATE deliveries SET state = ?1, token = ?2, owner = ?3, lease_until = ?4, attempts = ?5, sending_since = ?6, sent_at = ?7, committed_at = ?8, provider = ?9, provider_message_id = ?10, failure_class = ?11, retryable = ?12, reason = ?13, outcome = ?14, outcome_at = ?15, release = ?16, variant = ?17, updated_at = ?18
WHERE spine = ?19 AND space = ?20 AND slot = ?21 AND recipient BETWEEN ?22 AND ?23
