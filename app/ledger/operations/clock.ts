import { parseCadence, slotToRehearse } from '../../../core/delivery/cadence';
import { canonicalJson } from '../../../core/delivery/canonical';
import {
	clockProblem,
	iso,
	type SpineFacts,
	withoutFuture,
	withoutFutureLease,
} from '../../../core/delivery/transitions';
import type { DeliveryRef, Instant } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import type { ClockReport } from '../api/spines';
import type { LedgerContext } from '../context';
import { EventCollector } from '../event-collector';
import { pages } from '../pages';
import type { LoadedDelivery, RecipientRef, RecipientRow, SpineRow, StoreTransaction } from '../store';

const page = 500;

/** Refuses a clock that a spine cannot believe. @throws `ledger-clock-ahead`, `ledger-clock-behind` */
export function refuseWrongClock({ spine, sweptUntil }: SpineFacts, now: Instant): void {
	const problem = clockProblem(sweptUntil, now);
	if (problem !== null)
		throw gateError(problem === 'ahead' ? 'ledger-clock-ahead' : 'ledger-clock-behind', {
			spine,
			seen: iso(sweptUntil),
			now: iso(now),
		});
}

/** Mends a page of recipients; they are no longer ahead afterwards. Returns how many there were. */
async function mendRecipients(tx: StoreTransaction, row: SpineRow): Promise<number> {
	const now = await tx.now();
	const { spine } = row.settings;
	// Before the first slot nobody is owed one: what was sent counts as of now.
	const slot = slotToRehearse(parseCadence(row.settings.cadence), now) ?? { id: '', opensAt: now };
	const names = await tx.figures.recipientsAhead(spine, now, page);
	const ahead = names.map((recipient): RecipientRef => ({ spine, space: 'live', recipient }));
	const facts = await tx.lockRecipients(ahead);
	const rows = ahead.flatMap((ref, at): readonly RecipientRow[] => {
		const before = facts[at];
		const after = before && withoutFuture(before, slot, now);
		return after === undefined || after === before ? [] : [{ ...ref, facts: after }];
	});
	if (rows.length > 0) await tx.writeRecipients(rows);
	return ahead.length;
}

async function mendLeases(
	tx: StoreTransaction,
	refs: readonly DeliveryRef[],
	events: EventCollector,
): Promise<number> {
	const now = await tx.now();
	const rows = (await tx.loadDeliveries(refs, false)).flatMap((loaded) => {
		if (loaded === null) return [];
		const row = withoutFutureLease(loaded.row, now);
		return row === loaded.row ? [] : [row];
	});
	if (rows.length > 0) await tx.writeDeliveries(rows);
	for (const row of rows) events.changed(row, 'clock');
	await events.write(tx, now);
	return rows.length;
}

/** See `SpineLedger.mendClock`. */
export async function mendClock({ store }: LedgerContext, spine: string, by: string): Promise<ClockReport> {
	const row = await store.transaction((tx) => tx.spine(spine, 'none'));
	if (row === null) throw gateError('ledger-spine-unknown', { spine });
	let leases = 0;
	const list = (last: LoadedDelivery | undefined): Promise<readonly LoadedDelivery[]> =>
		store.transaction((tx) =>
			tx.listDeliveries({ spine, states: ['claimed', 'sending'], after: last?.row.ref, limit: page }, false),
		);
	for await (const rows of pages(page, list)) {
		const refs = rows.map(({ row: { ref } }) => ref);
		leases += await store.transaction((tx) => mendLeases(tx, refs, new EventCollector('clock')));
		await store.breathe();
	}
	let recipients = 0;
	for (;;) {
		const mended = await store.transaction((tx) => mendRecipients(tx, row));
		recipients += mended;
		await store.breathe();
		if (mended < page) break;
	}
	return await store.transaction(async (tx) => {
		const before = await tx.spine(spine, 'update');
		if (before === null) throw gateError('ledger-spine-unknown', { spine });
		const now = await tx.now();
		const wrong = clockProblem(before.sweptUntil, now);
		if (wrong !== null) await tx.writeSpine({ ...before, sweptUntil: now });
		await tx.addEvents([
			{
				at: now,
				kind: 'spine.clock-mended',
				spine,
				subject: null,
				sentence: `The clock of spine ${spine} is right now, says ${by}: ${recipients} recipients whose last send lay in the future count as sent now, and ${leases} leases that were taken in the future are over.${
					wrong === 'ahead' ? ` Slots since ${iso(before.sweptUntil)} are not told one by one.` : ''
				}`,
				data: canonicalJson({ by, recipients, leases, seen: before.sweptUntil }),
			},
		]);
		return { recipients, leases, at: now };
	});
}
