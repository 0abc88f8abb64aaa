import type { JsonObject, Milliseconds } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';
import { CONTACTS_TARGET } from '../ledger/context';
import type { OutboxEntry, OutboxResult } from '../../core/delivery/outbox';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import type { ContactDirectory } from '../ports/contacts';
import type { ContactWrite, WriteResult } from '../../core/delivery/contacts';
import { toGateError } from '../../core/errors/unknown';

/** HubSpot's largest batch. */
const BATCH = 100;

/** How long one writer holds the entries it took: longer than the adapter's patience with one call. */
const LEASE_MS: Milliseconds = 180_000;

const MINUTE: Milliseconds = 60_000;
const LONGEST_WAIT: Milliseconds = 60 * MINUTE;

/** HubSpot's delivery count in a contact's frozen properties; 0 where it is absent or no count. */
export function deliveredBefore(spine: SpineRecord | null | undefined, properties: unknown): number {
	const name = spine?.settings.properties.deliveryCount ?? '';
	const count = Number((properties as Record<string, unknown> | null | undefined)?.[name] ?? 0);
	return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** What one flush did. `later` and `refused` stay in the outbox. */
export interface FlushReport {
	written: number;
	later: number;
	refused: number;
	/** What HubSpot will never take, and what waits, with the reason. */
	readonly left: {
		readonly id: string;
		readonly objectId: string;
		readonly status: 'later' | 'refused';
		readonly reason: string;
	}[];
}

const writeOf = ({ objectId, payload }: OutboxEntry): ContactWrite => ({
	id: objectId,
	properties: (payload as { properties: JsonObject }).properties as Record<string, string>,
});

/** Doubles from a minute to an hour with each attempt; never sooner than HubSpot asks for. */
const waitFor = (attempts: number, asked: Milliseconds): Milliseconds =>
	Math.max(asked, Math.min(LONGEST_WAIT, MINUTE * 2 ** Math.min(attempts, 10)));

const resultOf = ({ id, attempts }: OutboxEntry, written: WriteResult | undefined): OutboxResult => {
	if (written?.status === 'written') return { id, status: 'done' };
	if (written?.status === 'refused') return { id, status: 'refused', reason: written.error.message };
	const reason = written?.error.message ?? 'HubSpot did not answer for this contact';
	return { id, status: 'later', retryAfterMs: waitFor(attempts, written?.retryAfterMs ?? 0), reason };
};

const write = async (
	directory: ContactDirectory,
	entries: readonly OutboxEntry[],
): Promise<readonly OutboxResult[]> => {
	try {
		const results = await directory.update(entries.map(writeOf));
		return entries.map((entry, at) => resultOf(entry, results[at]));
	} catch (error) {
		const reason = toGateError(error).message;
		return entries.map(({ id, attempts }) => ({
			id,
			status: 'later',
			retryAfterMs: waitFor(attempts, 0),
			reason,
		}));
	}
};

const note = (
	report: FlushReport,
	entries: readonly OutboxEntry[],
	results: readonly OutboxResult[],
): void => {
	results.forEach(({ id, status, reason = '' }, at) => {
		if (status === 'done') report.written += 1;
		else {
			report[status] += 1;
			report.left.push({ id, objectId: entries[at]?.objectId ?? '', status, reason });
		}
	});
};

/**
 * Writes waiting entries to HubSpot in batches of 100, each entry settled on its own: written, later with a growing
 * wait, or refused. Stops when nothing waits, and when a whole batch must wait. `ids` limits it to these entries;
 * `limit` to so many. Throws only when the ledger does.
 */
export async function flushOutbox(
	ledger: Ledger,
	directory: ContactDirectory,
	{ ids, limit = Infinity }: { readonly ids?: readonly string[]; readonly limit?: number } = {},
): Promise<FlushReport> {
	const report: FlushReport = { written: 0, later: 0, refused: 0, left: [] };
	for (let taken = 0; taken < (ids?.length ?? limit); taken += BATCH) {
		const size = Math.min(BATCH, limit - taken);
		const entries = await ledger.outbox.take(
			CONTACTS_TARGET,
			size,
			LEASE_MS,
			ids?.slice(taken, taken + BATCH),
		);
		if (entries.length === 0) {
			if (ids === undefined) break;
			continue;
		}
		const results = await write(directory, entries);
		await ledger.outbox.settle(results);
		note(report, entries, results);
		if (results.every(({ status }) => status === 'later')) break;
	}
	return report;
}
