import { nextSlot, parseCadence, slotByIndex } from '../../core/delivery/cadence';

/** Deliveries of one slot in the histories of this file. */
export const perSlot = 100_000;

const cadence = { every: 'P1D', anchor: '2020-01-01T06:00', timeZone: 'UTC' };

/** The spine whose history is made. */
export const historySpine = 'history';
export const historyCadence = cadence;

/** How a database counts: a table expression with one column `n`. */
export type Numbers = (name: string, from: number, to: number) => string;

/** SQLite's way. */
export const sqliteNumbers: Numbers = (name, from, to) =>
	`(WITH RECURSIVE c(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM c WHERE n < ${to}) SELECT n FROM c) AS ${name}`;

/** Postgres's way. */
export const postgresNumbers: Numbers = (name, from, to) => `generate_series(${from}, ${to}) AS ${name}(n)`;

/**
 * SQL that fills a ledger with so many deliveries, the same for both stores: slots of 100,000, all settled but the open one,
 * which is half served: 3 % of it held for three reasons, 2 % failed, the rest due. Frozen inputs are left out: nothing here
 * reads them. With events of the batches that would have made them, a hundred deliveries each.
 */
export function historySql(deliveries: number, now: number, numbers: Numbers): readonly string[] {
	if (deliveries === 0) return [];
	const parsed = parseCadence(cadence);
	const open = nextSlot(parsed, now).index - 1;
	const slots = Math.ceil(deliveries / perSlot);
	const statements: string[] = [];
	for (let at = open - slots + 1; at <= open; at += 1) {
		const { id, opensAt, closesAt } = slotByIndex(parsed, at);
		const isOpen = at === open;
		const recipient = `CAST(100000000 + r.n AS text)`;
		const part = `(r.n % 100)`;
		const state = isOpen
			? `CASE WHEN ${part} < 3 THEN 'held' WHEN ${part} < 5 THEN 'failed' WHEN ${part} < 50 THEN 'due' ELSE 'committed' END`
			: `'committed'`;
		const sent = isOpen
			? `CASE WHEN ${part} >= 50 THEN ${now} - r.n * 60 ELSE NULL END`
			: `${opensAt + 600_000}`;
		const reason = isOpen
			? `CASE ${part} WHEN 0 THEN 'The topic is missing.' WHEN 1 THEN 'The contact opted out.' WHEN 2 THEN 'The audience is missing.' WHEN 3 THEN 'The generator did not answer.' WHEN 4 THEN 'The generator did not answer.' ELSE NULL END`
			: 'NULL';
		const failure = isOpen ? `CASE WHEN ${part} IN (3, 4) THEN 'generation' ELSE NULL END` : 'NULL';
		statements.push(
			`INSERT INTO slots (spine, space, slot, opens_at, closes_at, settled)
			VALUES ('${historySpine}', 'live', '${id}', ${opensAt}, ${closesAt}, ${isOpen ? 0 : 1})`,
			`INSERT INTO deliveries (spine, space, slot, recipient, state, opens_at, closes_at, cadence_index, input_digest,
				token, owner, lease_until, attempts, sending_since, sent_at, committed_at, provider, provider_message_id,
				failure_class, retryable, reason, outcome, outcome_at, release, variant, registered_at, updated_at)
			SELECT '${historySpine}', 'live', '${id}', ${recipient}, ${state}, ${opensAt}, ${closesAt}, ${at}, '${'a'.repeat(64)}',
				1, 'execution 1 / Claim Delivery', NULL, 1, ${sent}, ${sent}, ${sent}, 'postmark', 'b7bc2f4a-e38e-4336-af7d-${id}' || ${recipient},
				${failure}, CASE WHEN ${failure} IS NULL THEN 0 ELSE 1 END, ${reason}, NULL, NULL, NULL, NULL, ${opensAt}, ${opensAt + 600_000}
			FROM ${numbers('r', 0, perSlot - 1)} ORDER BY r.n`,
			`INSERT INTO events (at, kind, spine, subject, sentence, data)
			SELECT ${opensAt + 600_000}, 'deliveries.committed', '${historySpine}', '${id}', '100 deliveries of slot ${id} committed.',
				'{"deliveries":[["100000001",1]],"operation":"commit","space":"live"}'
			FROM ${numbers('r', 1, perSlot / 100)}`,
		);
	}
	return statements;
}
