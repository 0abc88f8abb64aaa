import { sha256 } from '../../../core/delivery/canonical';
import type { DeliveryRef, DeliveryState } from '../../../core/delivery/types';
import { ReleaseGateError } from '../../../core/errors';
import { isPlain, type LedgerContext } from '../context';
import { keepsNothingPlain } from '../operations/unsealed';
import type { LoadedDelivery, StatePage } from '../store';
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
/** Rows that are looked at again in one transaction, under locks. */
const pageAgain = 100;

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
	const found: Disagreement[] = [];
	const count = await compareRows(context, replay, async (doubtful) => {
		found.push(...(await again(context, replay, position, doubtful)).values());
		return found.length === 0;
	});
	return { count, disagreement: found[0] ?? (await compareInputsAndStrays(context)) };
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
	await compareRows(context, replay, async (doubtful) => {
		for (const [key, one] of await again(context, replay, position, doubtful)) found.set(key, one);
		return true;
	});
	return found;
}

/** The last digest that the walk found told of a row, by its number. */
function toldOf({ rows, isWhole }: Replay, row: number): RowDigest | undefined {
	if (row >= 0) return rows.digestAt(row);
	return isWhole ? absent : undefined;
}

/**
 * Holds every row against the chain. `look` is handed those that disagree, a page at a time, and says whether to go on: while the
 * ledger goes on there may be many of which only the walk does not know yet. Returns how many agree.
 */
async function compareRows(
	{ store }: LedgerContext,
	replay: Replay,
	look: (doubtful: readonly string[]) => Promise<boolean>,
): Promise<number> {
	const { rows } = replay;
	const seen = new Uint8Array(rows.size);
	let doubtful: string[] = [];
	let count = 0;
	const doubt = async (key: string): Promise<boolean> => {
		if (doubtful.push(key) < pageAgain) return true;
		const full = doubtful;
		doubtful = [];
		await store.breathe();
		return await look(full);
	};
	for (const table of stateTables) {
		let after: readonly string[] | null = null;
		for (;;) {
			const from: readonly string[] | null = after;
			const page: StatePage = await store.transaction((tx) => tx.statePage(table, from, pageRows));
			for (const { path, digest } of page) {
				const row = rows.find({ table, path });
				if (row >= 0) seen[row] = 1;
				const told = toldOf(replay, row);
				if (told === digest) count += 1;
				else if (told !== undefined && !(await doubt(keyText({ table, path })))) return count;
			}
			if (page.length < pageRows) break;
			after = page.at(-1)?.path ?? null;
			await store.breathe();
		}
	}
	for (let row = 0; row < rows.size; row += 1)
		if (seen[row] !== 1 && rows.digestAt(row) !== absent && !(await doubt(rows.keyAt(row)))) return count;
	if (doubtful.length > 0) await look(doubtful);
	return count;
}

/** Looks at rows again under locks, with all that was told of them since the walk; those that disagree still, by key. */
const again = (
	{ store }: LedgerContext,
	replay: Replay,
	position: number,
	keys: readonly string[],
): Promise<ReadonlyMap<string, Disagreement>> =>
	store.transaction(async (tx) => {
		const stand = new Map<string, RowDigest>();
		for (const key of keys) stand.set(key, await tx.stateOf(keyOfText(key)));
		const told = new Map(keys.map((key) => [key, toldOf(replay, replay.rows.find(keyOfText(key)))]));
		const later = [
			...(await tx.linkedEvents(position, Number.MAX_SAFE_INTEGER)),
			...(await tx.unsealedEvents(Number.MAX_SAFE_INTEGER)),
		];
		for (const { state } of later) {
			if (state === null) continue;
			try {
				const read = parseState(unsignedText(state));
				if (read.carried) continue;
				for (const entry of read.entries) {
					const key = keyText(entry);
					if (told.has(key)) told.set(key, entry.after);
				}
			} catch (error) {
				// A forged event is found by the next walk, once it is sealed.
				if (!(error instanceof ReleaseGateError)) throw error;
			}
		}
		const found = new Map<string, Disagreement>();
		for (const [key, digest] of stand) {
			const one = disagreementOf(key, told.get(key), digest);
			if (one !== null) found.set(key, one);
		}
		return found;
	});

function disagreementOf(key: string, told: RowDigest | undefined, digest: RowDigest): Disagreement | null {
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
