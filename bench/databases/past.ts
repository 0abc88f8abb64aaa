import { randomBytes } from 'node:crypto';
import { nextSlot, parseCadence, slotByIndex, type Slot } from '../../core/delivery/cadence';
import type { SpineSettings } from '../../core/delivery/spine-settings';
import type { Numbers } from '../../testbed/desk/history';
import { benchSettings, benchSpine } from './rows';

const day = 86_400_000;
const hour = 3_600_000;

/** Deliveries of one batch of the past: what one claim or commit of a spine takes. */
const perBatch = 1_000;

/** How long frozen inputs are kept by default, in slots of a day. */
const inputsKept = 30;

/** How a ledger came to be as it is. */
export interface Past {
	readonly settings: SpineSettings;
	/** The slot that is open: it opened half a day ago. */
	readonly open: Slot;
	/** Slots before it, oldest first, each of which was delivered whole. */
	readonly slots: readonly Slot[];
	readonly perSlot: number;
	/** Ends of the chain after the events of these slots. */
	readonly head: { readonly position: number; readonly hash: string };
}

/** A spine of one slot a day with so many slots behind it. */
export function pastOf(slots: number, perSlot: number, now: number): Past {
	const opened = new Date(now - day / 2);
	const anchor = `2020-01-01T${opened.toISOString().slice(11, 16)}`;
	const cadence = { every: 'P1D', anchor, timeZone: 'UTC' };
	const parsed = parseCadence(cadence);
	const open = nextSlot(parsed, now).index - 1;
	const position = slots * eventsOfSlot(perSlot);
	return {
		settings: { ...benchSettings, cadence, writeBack: 'output' },
		open: slotByIndex(parsed, open),
		slots: Array.from({ length: slots }, (_none, at) => slotByIndex(parsed, open - slots + at)),
		perSlot,
		head: { position, hash: position === 0 ? '0'.repeat(64) : 'e'.repeat(64) },
	};
}

const kinds = ['due', 'claimed', 'confirmed', 'committed'] as const;

/** Events that the deliveries of one slot leave: one for each batch and step. */
const eventsOfSlot = (perSlot: number): number => Math.ceil(perSlot / perBatch) * kinds.length;

/** What of one database's SQL differs from the other's. */
export interface Words {
	readonly numbers: Numbers;
	/** A number as eight digits. */
	readonly padded: (number: string) => string;
}

/** The state that an event of a batch keeps: recipient, digest after, digest before. Random, as digests are: nothing packs it. */
function stateText(perSlot: number): string {
	const digest = (): string => randomBytes(17).toString('base64url').slice(0, 22);
	const flat = Array.from({ length: Math.min(perBatch, perSlot) }, (_none, at) => [
		String(100_000_000 + at),
		digest(),
		digest(),
	]).flat();
	return JSON.stringify({ t: [['deliveries', [benchSpine, 'live', 'a slot'], flat]] });
}

function dataText(perSlot: number): string {
	const deliveries = Array.from({ length: Math.min(perBatch, perSlot) }, (_none, at) => [
		String(100_000_000 + at),
		1,
	]);
	return JSON.stringify({ deliveries, operation: 'commit', space: 'live' });
}

/** Messages of one statement. */
const perInsert = 250_000;

const messageEnd = '-e38e-4336-af7d-b7bc2f4ae38e';

/** Scatters the numbers below `count` over the same range, each of them once: providers' ids come in no order of ours. */
const SCATTER = 7_919;

/** What undoes it: the inverse modulo `count`. */
function gathers(count: number): bigint {
	let [a, b, x, y] = [BigInt(SCATTER), BigInt(count), 1n, 0n];
	while (b !== 0n) {
		const quotient = a / b;
		[a, b] = [b, a - quotient * b];
		[x, y] = [y, x - quotient * y];
	}
	return ((x % BigInt(count)) + BigInt(count)) % BigInt(count);
}

/**
 * SQL that fills a ledger with its past, the same for both stores, as the ledger itself leaves it under the defaults of *Prune*: past
 * slots of the same recipients, delivered, settled; frozen inputs of the last thirty days; every message id and every event, as wide as
 * it is; what an event tells of the state is as long as it would be and made up. In the order in which all of it came to be, but for
 * messages, which lie in the order of their ids as an index has them.
 */
export function* pastStatements(past: Past, { numbers, padded }: Words): Generator<string> {
	const { slots, perSlot, head } = past;
	const count = slots.length * perSlot;
	const recipient = 'CAST(100000000 + r.n AS text)';
	const each = numbers('r', 0, perSlot - 1);
	const key = (slot: Slot): string => `'${benchSpine}', 'live', '${slot.id}'`;
	const columns = `spine, space, slot, recipient, state, opens_at, closes_at, cadence_index, input_digest, token, owner, lease_until,
		attempts, sending_since, sent_at, committed_at, provider, provider_message_id, failure_class, retryable, reason, outcome,
		outcome_at, release, variant, registered_at, updated_at`;
	const owner = `'execution 1 / Idempotency Check'`;
	const inputText = `'{"id":"' || ${recipient} || '","properties":{"cc_profile_audience":"beginners","cc_profile_topic":"winter running","email":"reader.' || ${recipient} || '@example.com","firstname":"Ada"}}'`;
	const state = stateText(perSlot);
	const data = dataText(perSlot);
	const perKind = Math.ceil(perSlot / perBatch);
	for (const [at, slot] of slots.entries()) {
		const sent = slot.opensAt + hour;
		const message = `${padded(`((${at * perSlot} + r.n) * CAST(${SCATTER} AS bigint)) % ${count}`)} || '${messageEnd}'`;
		yield `INSERT INTO slots (spine, space, slot, opens_at, closes_at, settled) VALUES (${key(slot)}, ${slot.opensAt}, ${slot.closesAt}, 1)`;
		yield `INSERT INTO deliveries (${columns})
			SELECT ${key(slot)}, ${recipient}, 'committed', ${slot.opensAt}, ${slot.closesAt}, ${slot.index}, '${'a'.repeat(64)}',
				1, ${owner}, NULL, 1, ${sent}, ${sent}, ${sent}, 'postmark', ${message}, NULL, 0, NULL, 'delivered', ${sent}, NULL, NULL,
				${slot.opensAt}, ${sent}
			FROM ${each} ORDER BY r.n`;
		if (slots.length - at <= inputsKept)
			yield `INSERT INTO inputs (spine, space, slot, recipient, text)
				SELECT ${key(slot)}, ${recipient}, ${inputText} FROM ${each} ORDER BY r.n`;
		const first = at * eventsOfSlot(perSlot);
		for (const [order, kind] of kinds.entries())
			yield `INSERT INTO events (at, kind, spine, subject, sentence, data, position, hash, state)
				SELECT ${sent}, 'deliveries.${kind}', '${benchSpine}', '${slot.id}', '${perBatch} deliveries of slot ${slot.id}.', '${data}',
					${first + order * perKind} + r.n, '${head.hash}', '${state}'
				FROM ${numbers('r', 1, perKind)} ORDER BY r.n`;
	}
	const last = slots.at(-1);
	yield `INSERT INTO recipients (spine, space, recipient, last_sent_at, last_slot, last_opens_at, committed_count)
		SELECT '${benchSpine}', 'live', ${recipient}, ${last === undefined ? 'NULL' : last.opensAt + hour},
			${last === undefined ? 'NULL' : `'${last.id}'`}, ${last === undefined ? 'NULL' : last.opensAt}, ${slots.length}
		FROM ${each} ORDER BY r.n`;
	if (count > 0) {
		const at = `((k.n * CAST(${gathers(count)} AS bigint)) % ${count})`;
		yield 'DROP INDEX messages_delivery';
		yield 'CREATE TEMPORARY TABLE past_slots (n bigint PRIMARY KEY, slot text NOT NULL)';
		yield `INSERT INTO past_slots VALUES ${slots.map(({ id }, index) => `(${index}, '${id}')`).join(', ')}`;
		for (let from = 0; from < count; from += perInsert)
			yield `INSERT INTO messages (provider, message_id, spine, space, slot, recipient)
			SELECT 'postmark', ${padded('k.n')} || '${messageEnd}', '${benchSpine}', 'live',
				(SELECT p.slot FROM past_slots AS p WHERE p.n = ${at} / ${perSlot}), CAST(100000000 + ${at} % ${perSlot} AS text)
			FROM ${numbers('k', from, Math.min(from + perInsert, count) - 1)}`;
		yield 'CREATE INDEX messages_delivery ON messages (spine, space, slot, recipient)';
	}
	yield `UPDATE chain SET head_position = ${head.position}, head_hash = '${head.hash}'`;
}
