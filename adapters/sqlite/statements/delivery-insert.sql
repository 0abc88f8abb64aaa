INSERT INTO deliveries (spine, space, slot, recipient, state, opens_at, closes_at, cadence_index, input_digest, token, owner, lease_until, attempts, sending_since, sent_at, committed_at, provider, provider_message_id, failure_class, retryable, reason, outcome, outcome_at, release, variant, registered_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
