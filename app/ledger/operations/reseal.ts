import { canonicalJson } from '../../../core/delivery/canonical';
import type { DeliveryRef } from '../../../core/delivery/types';
import { gateError, ReleaseGateError } from '../../../core/errors';
import type { ResealReport } from '../api/upkeep';
import type { LedgerContext } from '../context';
import type { TextRow } from '../erasure/port';
import type { InputRow, StoreTransaction } from '../store';
import { openResult, sealResult } from './keys/results';
import { markSealed } from './unsealed';

/** Few, so that a page holds nobody up. */
const page = 200;

interface Tally {
	sealed: number;
	unreadable: number;
}

/** What is stored, sealed under the current key; `null` where it cannot be opened with any key that is held. */
function anew(open: () => string, seal: (text: string) => string): string | null {
	try {
		return seal(open());
	} catch (error) {
		if (error instanceof ReleaseGateError) return null;
		throw error;
	}
}

async function resealInputs(context: LedgerContext): Promise<Tally> {
	const { store, codec } = context;
	const tally: Tally = { sealed: 0, unreadable: 0 };
	let after: DeliveryRef | undefined;
	for (;;) {
		const from = after;
		const listed = await store.transaction((tx) => tx.listDeliveries({ after: from, limit: page }, true));
		const stale = listed.filter(({ input }) => input !== null && !codec.isCurrent(input));
		if (stale.length > 0) {
			const done = await store.transaction(async (tx): Promise<Tally> => {
				const rows: InputRow[] = [];
				let unreadable = 0;
				for (const loaded of await tx.loadDeliveries(
					stale.map(({ row }) => row.ref),
					true,
				)) {
					if (loaded === null || loaded.input === null || codec.isCurrent(loaded.input)) continue;
					const { input, row } = loaded;
					const text = anew(
						() => codec.open(row.ref, input),
						(opened) => codec.seal(row.ref, opened),
					);
					if (text === null) unreadable += 1;
					else rows.push({ ref: row.ref, text, digest: row.inputDigest });
				}
				if (rows.length > 0) await tx.writeInputs(rows);
				return { sealed: rows.length, unreadable };
			});
			tally.sealed += done.sealed;
			tally.unreadable += done.unreadable;
		}
		if (listed.length < page) return tally;
		after = listed.at(-1)?.row.ref;
		await store.breathe();
	}
}

async function resealResult(
	tx: StoreTransaction,
	context: LedgerContext,
	scope: string,
	key: string,
): Promise<'sealed' | 'unreadable' | null> {
	await tx.keys.lockKeys(scope, [key]);
	const [stored = null] = await tx.keys.readResults(scope, [key]);
	if (stored === null || context.codec.isCurrent(stored)) return null;
	const text = anew(
		() => openResult(context, scope, key, stored),
		(opened) => sealResult(context, scope, key, opened),
	);
	if (text === null) return 'unreadable';
	await tx.keys.writeResults(scope, [{ key, text }]);
	return 'sealed';
}

async function resealResults(context: LedgerContext): Promise<Tally> {
	const { store, codec } = context;
	const tally: Tally = { sealed: 0, unreadable: 0 };
	let after: readonly string[] | null = null;
	for (;;) {
		const from: readonly string[] | null = after;
		const rows: readonly TextRow[] = await store.transaction((tx) => tx.erasure.texts('results', from, page));
		const stale = rows.filter(({ text }) => !codec.isCurrent(text));
		if (stale.length > 0)
			await store.transaction(async (tx) => {
				for (const { key } of stale) {
					const [scope = '', name = ''] = key;
					const done = await resealResult(tx, context, scope, name);
					if (done !== null) tally[done] += 1;
				}
			});
		if (rows.length < page) return tally;
		after = rows.at(-1)?.key ?? null;
		await store.breathe();
	}
}

/** See `Ledger.reseal`. */
export async function reseal(context: LedgerContext, by: string): Promise<ResealReport> {
	if (!context.codec.seals) throw gateError('ledger-reseal-no-key');
	const inputs = await resealInputs(context);
	const results = await resealResults(context);
	const unreadable = inputs.unreadable + results.unreadable;
	const report = { inputs: inputs.sealed, results: results.sealed, unreadable, complete: unreadable === 0 };
	await context.store.transaction(async (tx) => {
		if (report.complete) await markSealed(tx);
		await tx.addEvents([
			{
				at: await tx.now(),
				kind: 'ledger.resealed',
				spine: null,
				subject: null,
				sentence: `${report.inputs} frozen inputs and ${report.results} results sealed under the current key by ${by}${
					report.complete ? '' : `; ${unreadable} could not be opened`
				}.`,
				data: canonicalJson({ by, ...report }),
			},
		]);
	});
	return report;
}
