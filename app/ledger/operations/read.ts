import type { DeliveryRef, Instant, Space } from '../../../core/delivery/types';
import type { DeliveryQuery } from '../api';
import type { DeliveryRecord } from '../../../core/delivery/record';
import type { LedgerContext } from '../context';
import type { LoadedDelivery } from '../store';
import { inputOf, storedIn } from './claim';
import { refuseUnsealed } from './unsealed';

const toRecord = (context: LedgerContext, loaded: LoadedDelivery, withInput: boolean): DeliveryRecord =>
	withInput && loaded.input !== null ? { ...loaded.row, input: inputOf(context, loaded) } : loaded.row;

/** See `DeliveryLedger.get`. A pruned input is absent. */
export async function get(
	context: LedgerContext,
	refs: readonly DeliveryRef[],
	withInput: boolean,
): Promise<readonly (DeliveryRecord | null)[]> {
	const found: (DeliveryRecord | null)[] = [];
	for (let start = 0; start < refs.length; start += context.store.chunkRows) {
		if (start > 0) await context.store.breathe();
		const chunk = refs.slice(start, start + context.store.chunkRows);
		const loaded = await context.store.transaction(async (tx) => {
			const read = await tx.readDeliveries(chunk, withInput);
			await refuseUnsealed(tx, context, storedIn(read));
			return read;
		});
		for (const one of loaded) found.push(one === null ? null : toRecord(context, one, withInput));
	}
	return found;
}

/** See `DeliveryLedger.list`. Pages follow (spine, space, slot, recipient). */
export async function list(context: LedgerContext, query: DeliveryQuery): Promise<readonly DeliveryRecord[]> {
	const { withInput = false, ...filter } = query;
	const loaded = await context.store.transaction(async (tx) => {
		const read = await tx.listDeliveries(filter, withInput);
		await refuseUnsealed(tx, context, storedIn(read));
		return read;
	});
	return loaded.map((one) => toRecord(context, one, withInput));
}

/** See `DeliveryLedger.lastSent`. */
export async function lastSent(
	context: LedgerContext,
	spine: string,
	space: Space,
	recipients: readonly string[],
): Promise<readonly (Instant | null)[]> {
	const result: (Instant | null)[] = [];
	for (let start = 0; start < recipients.length; start += context.store.chunkRows) {
		if (start > 0) await context.store.breathe();
		const refs = recipients
			.slice(start, start + context.store.chunkRows)
			.map((recipient) => ({ spine, space, recipient }));
		const facts = await context.store.transaction((tx) => tx.readRecipients(refs));
		for (const one of facts) result.push(one?.lastSentAt ?? null);
	}
	return result;
}
