import { canonicalJson } from '../../../core/delivery/canonical';
import type { LedgerContext } from '../context';
import type { StoreTransaction } from '../store';
import type { Replay } from './replay';
import { absent, keyOfText, type StateEntry, stateTables } from './state';

const pageRows = 5000;

/** Tells of carried digests with one event, the last of them with the word that there are no others. */
async function tell(
	tx: StoreTransaction,
	kind: string,
	sentence: string,
	entries: readonly StateEntry[],
	isLast: boolean,
): Promise<void> {
	tx.markState({ carried: true, complete: isLast }, entries);
	await tx.addEvents([
		{
			at: await tx.now(),
			kind,
			spine: null,
			subject: null,
			sentence,
			data: canonicalJson({ rows: entries.length, complete: isLast }),
		},
	]);
}

/** Takes the rows of which the chain tells nothing into it as they stand. Returns how many. */
export async function adoptState({ store }: LedgerContext, replay: Replay): Promise<number> {
	let adopted = 0;
	const adopt = (tx: StoreTransaction, entries: readonly StateEntry[], isLast: boolean): Promise<void> =>
		tell(
			tx,
			'ledger.adopted',
			isLast
				? `From here on every record has its digest in the chain; ${adopted} from before were adopted as they stood.`
				: `${entries.length} records from before digests adopted as they stand.`,
			entries,
			isLast,
		);
	for (const table of stateTables) {
		let after: readonly string[] | null = null;
		for (;;) {
			const from: readonly string[] | null = after;
			const page = await store.transaction(async (tx) => {
				const rows = await tx.statePage(table, from, pageRows);
				const fresh = rows.flatMap(({ path, digest }): readonly StateEntry[] =>
					digest === absent || replay.rows.find({ table, path }) >= 0
						? []
						: [{ table, path, after: digest, before: undefined }],
				);
				if (fresh.length > 0) await adopt(tx, fresh, false);
				return { rows, fresh: fresh.length };
			});
			adopted += page.fresh;
			if (page.rows.length < pageRows) break;
			after = page.rows.at(-1)?.path ?? null;
			await store.breathe();
		}
	}
	await store.transaction((tx) => adopt(tx, [], true));
	return adopted;
}

/**
 * Tells again, further on, what only the events up to a place told: they may then be pruned. A prune that was cut off and
 * is begun again finds most of it told.
 */
export async function carryState({ store }: LedgerContext, replay: Replay, upTo: number): Promise<void> {
	const isWhole = replay.wholeUpTo(upTo);
	const carry = (entries: readonly StateEntry[], isLast: boolean): Promise<void> =>
		store.transaction((tx) =>
			tell(
				tx,
				'ledger.carried',
				`What pruned events told of ${entries.length} records is told again.`,
				entries,
				isLast && replay.isWhole,
			),
		);
	let entries: StateEntry[] = [];
	let some = false;
	for (const [key, after] of replay.toldUpTo(upTo)) {
		if (entries.length === pageRows) {
			await carry(entries, false);
			await store.breathe();
			entries = [];
		}
		entries.push({ ...keyOfText(key), after, before: undefined });
		some = true;
	}
	if (some || isWhole) await carry(entries, true);
}
