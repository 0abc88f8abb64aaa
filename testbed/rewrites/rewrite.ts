import { fillLedger } from './world';
import { postgresStranger, type Row, sqliteStranger, type StrangerDatabase, type Value } from './database';

/** What no decision and no delivery rests on: how the outbox paces its attempts. */
const indifferent: Readonly<Record<string, readonly string[]>> = {
	outbox: ['attempts', 'not_before', 'lease_until', 'reason'],
};

/** Rows that decide nothing: cursors of triggers, and recipients of whom nothing is known. */
const decidesNothing = (table: string, row: Row): boolean =>
	(table === 'records' && row['kind'] === 'trigger') ||
	(table === 'recipients' &&
		row['committed_count'] === 0 &&
		Object.entries(row).every(
			([name, value]) => ['spine', 'space', 'recipient', 'committed_count'].includes(name) || value === null,
		));

/** What of a table matters, as text. */
function weight(table: string, rows: readonly Row[]): string {
	const left = indifferent[table] ?? [];
	return JSON.stringify(
		rows
			.filter((row) => !decidesNothing(table, row))
			.map((row) =>
				Object.entries(row)
					.filter(([name]) => !left.includes(name))
					.map(([name, value]) => [
						name,
						value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
					]),
			),
	);
}

const open = ['due', 'claimed', 'sending', 'in-doubt'];

/** Whether a delivery still needs its input: what is finished may lose it, as pruning takes it. */
async function needsInput(database: StrangerDatabase): Promise<(row: Row) => boolean> {
	const keyOf = (row: Row): string =>
		database
			.keyOf('inputs')
			.map((name) => row[name])
			.join(' ');
	const needed = new Set(
		(await database.rows('deliveries'))
			.filter(
				({ state, retryable }) => open.includes(String(state)) || (state === 'failed' && retryable === 1),
			)
			.map(keyOf),
	);
	return (row) => needed.has(keyOf(row));
}

/** The key that a sealed text names; empty of another. */
const keyIdOf = ({ text }: Row): string =>
	/^sealed:1:([^:]+):[A-Za-z0-9+/]+=*$/.exec(String(text))?.[1] ?? '';

/** Whether what a decision or a delivery rests on was changed. */
async function matters(
	database: StrangerDatabase,
	table: string,
	before: readonly Row[],
	after: readonly Row[],
): Promise<boolean> {
	if (weight(table, before) === weight(table, after)) return false;
	if (table === 'events') {
		// Below the foot of the chain lies what a prune has given up and not removed yet; nobody reads it as an event.
		const foot = Math.min(...before.map(({ position }) => Number(position)));
		const above = after.filter(({ position }) => typeof position !== 'number' || position >= foot);
		return weight(table, before) !== weight(table, above);
	}
	if (table !== 'inputs') return true;
	const was = new Set(before.map((row) => weight(table, [row])));
	const is = new Set(after.map((row) => weight(table, [row])));
	const needed = await needsInput(database);
	const keyIds = new Set(before.map(keyIdOf));
	const placeOf = (row: Row): string => JSON.stringify(database.keyOf(table).map((name) => row[name]));
	const stood = new Set(before.map(placeOf));
	/** Sealed with a key that nobody has: of what is finished it is as good as gone. */
	const isLost = (row: Row): boolean =>
		keyIdOf(row) !== '' && !keyIds.has(keyIdOf(row)) && stood.has(placeOf(row)) && !needed(row);
	return (
		after.some((row) => !was.has(weight(table, [row])) && !isLost(row)) ||
		before.some((row) => !is.has(weight(table, [row])) && needed(row))
	);
}

/** Small, seeded, the same everywhere (mulberry32, public domain). */
export function dice(seed: number): (sides: number) => number {
	let state = seed >>> 0;
	return (sides) => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
	};
}

type Dice = ReturnType<typeof dice>;
const pick = <T>(list: readonly T[], roll: Dice): T => list[roll(list.length)] as T;

const words = ['due', 'committed', 'failed', 'missed', 'held', 'pass', 'approved', 'waiting', 'done', 'live'];

/** Another value for a cell, of the kind that a forger would put there. */
function forged(old: Value, others: readonly Value[], roll: Dice): Value {
	const way = roll(6);
	if (way === 0) return pick(others, roll);
	if (way === 1) return null;
	if (old instanceof Uint8Array) {
		const bytes = Uint8Array.from(old);
		const at = roll(Math.max(1, bytes.length));
		bytes[at] = (bytes[at] ?? 0) ^ (1 + roll(255));
		return bytes;
	}
	if (typeof old === 'number') return pick([old + 1, old - 1, 0, 1, old + 3_600_000, -old], roll);
	if (old === null) return pick([0, 1, 'x', '{}'], roll);
	if (way === 2) return pick(words, roll);
	if (way === 3 && /\d/.test(old))
		return old.replace(/\d/, (digit) => String((Number(digit) + 1 + roll(8)) % 10));
	if (way === 4) return `${old} `;
	const at = roll(Math.max(1, old.length));
	return `${old.slice(0, at)}${pick(['x', 'A', '0', ''], roll)}${old.slice(at + 1)}`;
}

/** One rewrite: what was done, in words. */
async function rewrite(database: StrangerDatabase, table: string, roll: Dice): Promise<string> {
	const rows = await database.rows(table);
	if (rows.length === 0) return 'nothing';
	const key = database.keyOf(table);
	const row = pick(rows, roll);
	const other = pick(rows, roll);
	const columns = Object.keys(row);
	const where = key.map((name) => `${name} = ?`).join(' AND ');
	const place = key.map((name) => row[name] ?? null);
	const column = pick(columns, roll);
	const value = forged(
		row[column] ?? null,
		rows.map((one) => one[column] ?? null),
		roll,
	);
	switch (roll(8)) {
		case 0:
			await database.run(`DELETE FROM ${table} WHERE ${where}`, place);
			return `a row of ${table} removed`;
		case 1: {
			const copy = { ...row, [pick(key, roll)]: value, [column]: value };
			const values = columns.map((name) => copy[name] ?? null);
			await database.run(
				`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
				values,
			);
			return `a row of ${table} slipped in with ${column} ${String(value).slice(0, 20)}`;
		}
		case 2: {
			const changing = columns.filter((name) => !key.includes(name));
			if (changing.length === 0) return 'nothing';
			const changes = changing.map((name) => `${name} = ?`).join(', ');
			const values = changing.map((name) => other[name] ?? null);
			await database.run(`UPDATE ${table} SET ${changes} WHERE ${where}`, [...values, ...place]);
			return `a row of ${table} made like another`;
		}
		case 3:
			await database.run(`UPDATE ${table} SET ${column} = ?`, [value]);
			return `${table}.${column} set in every row`;
		default:
			await database.run(`UPDATE ${table} SET ${column} = ? WHERE ${where}`, [value, ...place]);
			return `${table}.${column} rewritten`;
	}
}

/** What became of a number of rewrites. */
export interface RewriteTally {
	readonly rewrites: number;
	/** Rewrites that changed what a decision or a delivery rests on. */
	readonly weighty: number;
	readonly found: number;
	/** What was rewritten and not found. */
	readonly missed: readonly string[];
	/** Looks at a ledger of which nothing that matters was rewritten. */
	readonly untouched: number;
	/** Those of them that said something was wrong. */
	readonly falseAlarms: readonly string[];
	readonly byTable: Readonly<Record<string, number>>;
}

export const strangers = { sqlite: sqliteStranger, postgres: postgresStranger } as const;
export type StrangerStore = keyof typeof strangers;

export interface RewriteOptions {
	readonly count: number;
	readonly seed: number;
	/** Recipients are stored as keyed hashes. */
	readonly hashes?: boolean;
}

/** Rewrites a ledger that has a signing key at random, verifies it, and puts it back, over and over. */
export async function playRewrites(
	store: StrangerStore,
	{ count, seed, hashes = false }: RewriteOptions,
): Promise<RewriteTally> {
	const database = await strangers[store]('the key of the rewrites', hashes);
	const roll = dice(seed);
	const missed: string[] = [];
	const falseAlarms: string[] = [];
	const byTable: Record<string, number> = {};
	let [rewrites, weighty, found, untouched] = [0, 0, 0, 0];
	const look = async (what: string, weighs: boolean): Promise<void> => {
		const verdict = await database.ledger.events.verify();
		const broken = verdict.status === 'broken';
		if (weighs && broken) found += 1;
		else if (weighs) missed.push(what);
		else if (broken) falseAlarms.push(`${what}: ${verdict.explanation}`);
		if (!weighs) untouched += 1;
	};
	try {
		await fillLedger(database.ledger, database.clock);
		await look('nothing', false);
		await database.keep();
		while (rewrites < count) {
			const table = pick(database.tables, roll);
			const before = await database.rows(table);
			const what = await rewrite(database, table, roll);
			if (what === 'nothing') continue;
			const weighs = await matters(database, table, before, await database.rows(table));
			rewrites += 1;
			byTable[table] = (byTable[table] ?? 0) + 1;
			if (weighs) weighty += 1;
			await look(`${what} (rewrite ${rewrites})`, weighs);
			await database.restore([...new Set([table, 'events', 'chain'])]);
			if (rewrites % 100 === 0) await look('put back', false);
		}
		return { rewrites, weighty, found, missed, untouched, falseAlarms, byTable };
	} finally {
		await database.close();
	}
}
