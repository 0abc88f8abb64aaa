-- Sorted, so that two batches wait for each other in one order. Losers write nothing.
INSERT INTO deliveries (spine, space, slot, recipient, state, opens_at, closes_at, cadence_index, input_digest, token, owner, lease_until, attempts, sending_since, sent_at, committed_at, provider, provider_message_id, failure_class, retryable, reason, outcome, outcome_at, release, variant, registered_at, updated_at)
SELECT u.*
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::bigint[], $11::text[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::text[], $18::text[], $19::text[], $20::bigint[], $21::text[], $22::text[], $23::bigint[], $24::text[], $25::text[], $26::bigint[], $27::bigint[]) AS u (spine, space, slot, recipient, state, opens_at, closes_at, cadence_index, input_digest, token, owner, lease_until, attempts, sending_since, sent_at, committed_at, provider, provider_message_id, failure_class, retryable, reason, outcome, outcome_at, release, variant, registered_at, updated_at)
ORDER BY u.spine COLLATE "C", u.space COLLATE "C", u.slot COLLATE "C", u.recipient COLLATE "C"
ON CONFLICT (spine, space, slot, recipient) DO NOTHING
RETURNING spine, space, slot, recipient
