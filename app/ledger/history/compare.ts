import { sha256 } from '../../../core/delivery/canonical';
import type { DeliveryRef, DeliveryState } from '../../../core/delivery/types';
import { ReleaseGateError } from '../../../core/errors';
import { isPlain, type LedgerContext } from '../context';
import { keepsNothingPlain } from '../operations/unsealed';
import type { LoadedDelivery, StatePage, StoreTransaction } from '../store';
import type { ForeignChange, Replay } from './replay';
import {
	absent,
	keyOfText,
	keyText,
	nameOf,
	type RowDigest,
	parseState,
	stateTables,
	unsignedText,
} from './state';

const pageRows = 1000;
/** Rows that are looked at again under a lock; each of them alone would do to say that state and history disagree. */
const mostAgain = 1000;

export interface Disagreement {
	/** The record, as people name it. */
	readonly record: string;
	readonly explanation: string;
}

export interface Compared {
	/** Rows that agree with the chain. */
	readonly count: number;
	readonly disagreement: Disagreement | null;
}

const unsent: ReadonlySet<DeliveryState> = new Set(['due', 'claimed', 'sending', 'in-doubt']);

/**
 * Holds every row against the last digest that the chain tells of it, and frozen inputs and providers' messages against
 * their deliveries. What disagrees is looked at again under a lock, since the ledger goes on meanwhile.
 *
 * @param position where the walk that `replay` comes from ended
 */
export async function compareState(
	context: LedgerContext,
	replay: Replay,
	position: number,
): Promise<Compared> {
	if (replay.foreign !== null) return { count: 0, disagreement: ofForeign(replay.foreign) };
	const { count, doubtful } = await compareRows(context, replay);
	for (const key of doubtful) {
		const disagreement = await context.store.transaction((tx) =>
			again(tx, key, toldOf(replay, key), replay.isWhole, position),
		);
		if (disagreement !== null) return { count, disagreement };
	}
	return { count, disagreement: await compareInputsAndStrays(context) };
}

function ofForeign({ key, position }: ForeignChange): Disagreement {
	const record = nameOf(keyOfText(key));
	const explanation = `The ${record} was changed past the ledger: the event at position ${position} found it other than the event before had left it.`;
	return { record, explanation };
}

/** Every row that disagrees with the chain, by its key. Looks at all of them again under a lock. */
export async function everyDisagreement(
	context: LedgerContext,
	replay: Replay,
	position: number,
): Promise<ReadonlyMap<string, Disagreement>> {
	const found = new Map(replay.foreigners.map((one) => [one.key, ofForeign(one)]));
	const { doubtful } = await compareRows(context, replay, Number.MAX_SAFE_INTEGER);
	for (const key of doubtful) {
		const disagreement = await context.store.transaction((tx) =>
			again(tx, key, toldOf(replay, key), replay.isWhole, position),
		);
		if (disagreement !== null) found.set(key, disagreement);
	}
	return found;
}

/** The last digest that the walk found told of a row. */
function toldOf({ rows }: Replay, key: string): RowDigest | undefined {
	const row = rows.find(keyOfText(key));
	return row < 0 ? undefined : rows.digestAt(row);
}

async function compareRows(
	{ store }: LedgerContext,
	replay: Replay,
	most = mostAgain,
): Promise<{ readonly count: number; readonly doubtful: readonly string[] }> {
	const { rows } = replay;
	const seen = new Uint8Array(rows.size);
	const doubtful: string[] = [];
	let count = 0;
	for (const table of stateTables) {
		let after: readonly string[] | null = null;
		for (;;) {
			const from: readonly string[] | null = after;
			const page: StatePage = await store.transaction((tx) => tx.statePage(table, from, pageRows));
			for (const { path, digest } of page) {
				const row = rows.find({ table, path });
				const told = row >= 0 ? rows.digestAt(row) : replay.isWhole ? absent : undefined;
				if (row >= 0) seen[row] = 1;
				if (told === digest) count += 1;
				else if (told !== undefined && doubtful.length < most) doubtful.push(keyText({ table, path }));
			}
			if (page.length < pageRows) break;
			after = page.at(-1)?.path ?? null;
			await store.breathe();
		}
	}
	for (let row = 0; row < rows.size && doubtful.length < most; row += 1)
		if (seen[row] !== 1 && rows.digestAt(row) !== absent) doubtful.push(rows.keyAt(row));
	return { count, doubtful };
}

/** Looks at one row under a lock, with all that was told of it since the walk. */
async function again(
	tx: StoreTransaction,
	key: string,
	walked: RowDigest | undefined,
	isWhole: boolean,
	position: number,
): Promise<Disagreement | null> {
	const digest = await tx.stateOf(keyOfText(key));
	let told = walked ?? (isWhole ? absent : undefined);
	const later = [
		...(await tx.linkedEvents(position, Number.MAX_SAFE_INTEGER)),
		...(await tx.unsealedEvents(Number.MAX_SAFE_INTEGER)),
	];
	for (const { state } of later) {
		if (state === null) continue;
		try {
			const read = parseState(unsignedText(state));
			if (read.carried) continue;
			for (const entry of read.entries) if (keyText(entry) === key) told = entry.after;
		} catch (error) {
			// A forged event is found by the next walk, once it is sealed.
			if (!(error instanceof ReleaseGateError)) throw error;
		}
	}
	if (told === undefined || told === digest) return null;
	const record = nameOf(keyOfText(key));
	const explanation =
		digest === absent
			? `The ${record} is gone, and the chain tells of no removal.`
			: told === absent
				? `The ${record} is there, and the chain does not tell of it.`
				: `The ${record} is not as the chain tells.`;
	return { record, explanation };
}

/** Why a frozen input is not what its delivery was registered with, or `null`. */
function inputProblem(
	context: LedgerContext,
	{ row, input }: LoadedDelivery,
	plainIsWrong: boolean,
): string | null {
	const { codec } = context;
	const needed = unsent.has(row.state) || (row.state === 'failed' && row.retryable);
	if (input === null) return needed ? 'is gone' : null;
	if (plainIsWrong && isPlain(input)) return 'is not encrypted';
	try {
		return context.storedDigest(sha256(codec.open(row.ref, input))) === row.inputDigest
			? null
			: 'is not the one it was registered with';
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		if (error.code !== 'ledger-input-locked') return 'was changed';
		// Without any key nothing can be said of it; what is finished needs none.
		return codec.seals && needed ? 'is encrypted with a key that the credential does not hold' : null;
	}
}

/** The first frozen input that is not what its delivery was registered with, or belongs to none. */
export const compareInputsAndStrays = async (context: LedgerContext): Promise<Disagreement | null> =>
	(await compareInputs(context)) ?? (await compareStrays(context));

async function compareInputs(context: LedgerContext): Promise<Disagreement | null> {
	const { store } = context;
	const plainIsWrong = context.codec.seals && (await store.transaction(keepsNothingPlain));
	let after: DeliveryRef | undefined;
	for (;;) {
		const from = after;
		const page = await store.transaction((tx) => tx.listDeliveries({ after: from, limit: pageRows }, true));
		for (const loaded of page) {
			const problem = inputProblem(context, loaded, plainIsWrong);
			if (problem === null) continue;
			const { spine, space, slot, recipient } = loaded.row.ref;
			const record = `input of the ${nameOf({ table: 'deliveries', path: [spine, space, slot, recipient] })}`;
			return { record, explanation: `The ${record} ${problem}.` };
		}
		if (page.length < pageRows) return null;
		after = page.at(-1)?.row.ref;
		await store.breathe();
	}
}

async function compareStrays({ store }: LedgerContext): Promise<Disagreement | null> {
	const [record] = await store.transaction((tx) => tx.strays());
	return record === undefined
		? null
		: { record, explanation: `The ${record} does not belong to its delivery, or is missing.` };
}
