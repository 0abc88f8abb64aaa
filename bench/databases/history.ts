import { benchSpine } from './rows';

/**
 * SQL that fills `deliveries`, `inputs` and `recipients` with committed deliveries of past slots, the same text for
 * both databases. `numbers(name, from, to)` is how the database counts: a table expression with one column `n`.
 */
export function historyStatements(
	numbers: (name: string, from: number, to: number) => string,
	slots: number,
	perSlot: number,
): readonly string[] {
	const day = 86_400_000;
	const slot = `'h-' || CAST(100000 + s.n AS text)`;
	const sentAt = `(1700000000000 + CAST(s.n AS bigint) * ${day})`;
	const recipient = `CAST(100000000 + r.n AS text)`;
	const each = `FROM ${numbers('s', 0, slots - 1)} CROSS JOIN ${numbers('r', 0, perSlot - 1)}`;
	const order = 'ORDER BY s.n, r.n';
	return [
		`INSERT INTO deliveries (spine, space, slot, recipient, state, opens_at, closes_at, cadence_index, input_digest,
			token, owner, lease_until, attempts, sending_since, sent_at, committed_at, provider, provider_message_id,
			failure_class, retryable, reason, outcome, outcome_at, release, variant, registered_at, updated_at)
		SELECT '${benchSpine}', 'live', ${slot}, ${recipient}, 'committed', ${sentAt} - 3600000, ${sentAt} + ${day},
			s.n, '${'a'.repeat(64)}', 1, 'execution 1 / Idempotency Check', NULL, 1, ${sentAt}, ${sentAt}, ${sentAt},
			'postmark', 'b7bc2f4a-e38e-4336-af7d-' || ${slot} || ${recipient}, NULL, 0, NULL, 'delivered', ${sentAt}, NULL, NULL,
			${sentAt}, ${sentAt}
		${each} ${order}`,
		`INSERT INTO inputs (spine, space, slot, recipient, text)
		SELECT '${benchSpine}', 'live', ${slot}, ${recipient},
			'{"id":"' || ${recipient} || '","properties":{"cc_profile_audience":"beginners","cc_profile_topic":"winter running","email":"reader.' || ${recipient} || '@example.com","firstname":"Ada"}}'
		${each} ${order}`,
		`INSERT INTO recipients (spine, space, recipient, last_sent_at, last_slot, last_opens_at, sending_slot,
			sending_from, sending_until, doubtful_at, committed_count)
		SELECT '${benchSpine}', 'live', ${recipient}, 1700000000000, 'h-100000', 1700000000000, NULL, NULL, NULL, NULL, ${slots}
		FROM ${numbers('r', 0, perSlot - 1)} ORDER BY r.n`,
	];
}
