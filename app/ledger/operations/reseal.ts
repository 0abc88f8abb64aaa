import { canonicalJson } from '../../../core/delivery/canonical';
import type { DeliveryRef } from '../../../core/delivery/types';
import { gateError, ReleaseGateError } from '../../../core/errors';
import type { ResealReport } from '../api/upkeep';
import type { LedgerContext } from '../context';
import type { TextRow } from '../erasure/port';
import { pages } from '../pages';
import type { InputRow, LoadedDelivery } from '../store';
import { openResult, sealResult } from './keys/results';
import { resealSecret, markOf } from '../hashes/mark';
import { resealNames } from '../hashes/names';
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

/** Seals frozen inputs of these deliveries anew, as they are stored by now. */
async function resealInputsOf(
	{ store, codec }: LedgerContext,
	refs: readonly DeliveryRef[],
	tally: Tally,
): Promise<void> {
	await store.transaction(async (tx) => {
		const rows: InputRow[] = [];
		for (const loaded of await tx.loadDeliveries(refs, true)) {
			if (loaded === null || loaded.input === null || codec.isCurrent(loaded.input)) continue;
			const { input, row } = loaded;
			const text = anew(
				() => codec.open(row.ref, input),
				(opened) => codec.seal(row.ref, opened),
			);
			if (text === null) tally.unreadable += 1;
			else rows.push({ ref: row.ref, text, digest: row.inputDigest });
		}
		if (rows.length > 0) await tx.writeInputs(rows);
		tally.sealed += rows.length;
	});
}

async function resealInputs(context: LedgerContext): Promise<Tally> {
	const { store, codec } = context;
	const tally: Tally = { sealed: 0, unreadable: 0 };
	const list = (last: LoadedDelivery | undefined): Promise<readonly LoadedDelivery[]> =>
		store.transaction((tx) => tx.listDeliveries({ after: last?.row.ref, limit: page }, true));
	for await (const listed of pages(page, list)) {
		const stale = listed.filter(({ input }) => input !== null && !codec.isCurrent(input));
		if (stale.length > 0)
			await resealInputsOf(
				context,
				stale.map(({ row }) => row.ref),
				tally,
			);
		await store.breathe();
	}
	return tally;
}

/** Seals results of one scope anew, as they are stored by now. */
async function resealResultsOf(
	context: LedgerContext,
	scope: string,
	keys: readonly string[],
	tally: Tally,
): Promise<void> {
	await context.store.transaction(async (tx) => {
		await tx.keys.lockKeys(scope, keys);
		const stored = await tx.keys.readResults(scope, keys);
		const rows: { readonly key: string; readonly text: string }[] = [];
		for (const [at, key] of keys.entries()) {
			const old = stored[at] ?? null;
			if (old === null || context.codec.isCurrent(old)) continue;
			const text = anew(
				() => openResult(context, scope, key, old),
				(opened) => sealResult(context, scope, key, opened),
			);
			if (text === null) tally.unreadable += 1;
			else rows.push({ key, text });
		}
		if (rows.length > 0) await tx.keys.writeResults(scope, rows);
		tally.sealed += rows.length;
	});
}

async function resealResults(context: LedgerContext): Promise<Tally> {
	const { store, codec } = context;
	const tally: Tally = { sealed: 0, unreadable: 0 };
	const list = (last: TextRow | undefined): Promise<readonly TextRow[]> =>
		store.transaction((tx) => tx.erasure.texts('results', last?.key ?? null, page));
	for await (const rows of pages(page, list)) {
		const byScope = new Map<string, string[]>();
		for (const { key, text } of rows) {
			if (codec.isCurrent(text)) continue;
			const [scope = '', name = ''] = key;
			byScope.set(scope, [...(byScope.get(scope) ?? []), name]);
		}
		for (const [scope, keys] of byScope) await resealResultsOf(context, scope, keys, tally);
		await store.breathe();
	}
	return tally;
}

/** Names of recipients that are stored as hashes, and the secret of the hashes; `null` where they are stored as names. */
async function resealRecipients({ store, codec }: LedgerContext): Promise<Tally | null> {
	if ((await store.transaction(markOf)) === null) return null;
	const tally: Tally = { sealed: 0, unreadable: 0 };
	if (await store.transaction((tx) => resealSecret(tx, codec))) tally.sealed += 1;
	let after: string | null = '';
	while (after !== null) {
		const from: string = after;
		const done = await store.transaction((tx) => resealNames(tx, codec, from, page));
		tally.sealed += done.sealed;
		tally.unreadable += done.unreadable;
		after = done.next;
		await store.breathe();
	}
	return tally;
}

/** See `Ledger.reseal`. */
export async function reseal(context: LedgerContext, by: string): Promise<ResealReport> {
	if (!context.codec.seals) throw gateError('ledger-reseal-no-key');
	const inputs = await resealInputs(context);
	const results = await resealResults(context);
	const names = await resealRecipients(context);
	const unreadable = inputs.unreadable + results.unreadable + (names?.unreadable ?? 0);
	const report = {
		inputs: inputs.sealed,
		results: results.sealed,
		...(names === null ? {} : { names: names.sealed }),
		unreadable,
		complete: unreadable === 0,
	};
	await context.store.transaction(async (tx) => {
		if (report.complete) await markSealed(tx);
		await tx.addEvents([
			{
				at: await tx.now(),
				kind: 'ledger.resealed',
				spine: null,
				subject: null,
				sentence: `${report.inputs} frozen inputs and ${report.results} results${names === null ? '' : ` and ${names.sealed} names`} sealed under the current key by ${by}${
					report.complete ? '' : `; ${unreadable} could not be opened`
				}.`,
				data: canonicalJson({ by, ...report }),
			},
		]);
	});
	return report;
}
