import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { inputCodec } from '../../adapters/crypto';
import { recipientHashing } from '../../adapters/crypto/recipients';
import { openPostgresLedger } from '../../adapters/postgres';
import { migrate } from '../../adapters/sqlite/migrate';
import { SqliteStore } from '../../adapters/sqlite/store';
import type { Ledger } from '../../app/ledger/api';
import { ledgerOver } from '../../app/ledger/hashes/open';
import { createLedger } from '../../app/ledger/ledger';
import type { LedgerStore } from '../../app/ledger/store';
import { slotOpens, type TestClock } from '../databases/ledgers';
import { freshDatabase } from '../databases/postgres';
import { histories, play } from './histories';
import { keyHistories, playKeys } from './key-histories';

/** The clock of all histories; each begins by setting it. */
export const clock: TestClock = { at: slotOpens };

/** A SQLite store in memory, as new. */
export function memoryStore(): LedgerStore {
	const db = new DatabaseSync(':memory:');
	migrate(db, ':memory:', 0);
	return new SqliteStore(db, ':memory:', () => clock.at);
}

export const storeNames = ['sqlite', 'postgres'] as const;
export type StoreName = (typeof storeNames)[number];

/**
 * Histories that share one Postgres schema. Each history verifies the whole chain and prunes the whole ledger: over
 * one schema the cost of a history would follow all those before it.
 */
const historiesPerSchema = 20;

/** Gives a ledger for the next history, and gives everything back at the end. */
export interface LedgerSource {
	next(): Promise<Ledger>;
	close(): Promise<void>;
}

/** What recipients are hashed and inputs are sealed with, where they are. */
const encryptionKey = 'a key of the histories';

function sqliteSource(hashes: boolean): LedgerSource {
	const next = async (): Promise<Ledger> =>
		hashes
			? await ledgerOver(
					{ store: memoryStore(), codec: inputCodec(encryptionKey), signing: null, mark: null },
					'hashes',
					recipientHashing,
				)
			: createLedger(memoryStore());
	return { next, close: async () => undefined };
}

async function postgresSource(hashes: boolean): Promise<LedgerSource> {
	const keeping = hashes ? ({ encryptionKey, recipients: 'hashes' } as const) : {};
	const database = await freshDatabase();
	let ledger: Ledger | null = null;
	let count = 0;
	const schemaOf = (history: number): string => `histories_${Math.floor(history / historiesPerSchema)}`;
	const next = async (): Promise<Ledger> => {
		const schema = schemaOf(count);
		if (ledger === null || count % historiesPerSchema === 0) {
			await ledger?.close();
			if (ledger !== null) await database.query(`DROP SCHEMA ${schemaOf(count - 1)} CASCADE`);
			const connection = database.url;
			const options = { connection, schema, clock: () => clock.at, connections: 1 };
			ledger = await openPostgresLedger({ ...options, ...keeping });
		}
		count += 1;
		return ledger;
	};
	return {
		next,
		close: async () => {
			await ledger?.close();
			await database.drop();
		},
	};
}

/** What was played and what it broke. */
export interface HistoryTally {
	readonly histories: number;
	readonly commands: number;
	/** What really happened outside: mails that left, or deeds that were done. */
	readonly deeds: number;
	readonly violations: readonly string[];
	/** The history that broke a promise, as fast-check tells it. */
	readonly counterexample: string | null;
}

export interface HistoryOptions {
	readonly count: number;
	readonly seed?: number;
	/** Plays as many as fit into this time. */
	readonly limitMs?: number;
	/** Makes the SQLite ledger of each history; for planted bugs. */
	readonly ledgerOf?: () => Ledger;
	/** Does not look for a shorter history that breaks the same. */
	readonly quick?: boolean;
	/** Recipients are stored as keyed hashes. */
	readonly hashes?: boolean;
}

/** What a history is played on. */
interface Subject {
	readonly histories: fc.Arbitrary<readonly unknown[]>;
	readonly play: (
		ledger: Ledger,
		name: string,
		history: readonly never[],
	) => Promise<{ readonly violations: readonly string[]; readonly deeds: number }>;
}

const subjects = {
	deliveries: {
		histories,
		play: async (ledger, name, history) => {
			const { violations, mails } = await play(ledger, name, clock, history);
			return { violations, deeds: mails };
		},
	},
	keys: {
		histories: keyHistories,
		play: (ledger, name, history) => playKeys(ledger, name, clock, history),
	},
} as const satisfies Record<string, Subject>;

export type SubjectName = keyof typeof subjects;
export const subjectNames = Object.keys(subjects) as readonly SubjectName[];

/** Plays random histories on a store, each on a spine or in a scope of its own, until one breaks a promise. */
export async function checkHistories(
	store: StoreName,
	options: HistoryOptions,
	name: SubjectName = 'deliveries',
): Promise<HistoryTally> {
	const subject: Subject = subjects[name];
	const { count, seed, limitMs = 3_600_000, ledgerOf, quick = false, hashes = false } = options;
	const source = store === 'sqlite' ? sqliteSource(hashes) : await postgresSource(hashes);
	let played = 0;
	let commands = 0;
	let deeds = 0;
	const property = fc.asyncProperty(subject.histories, async (history) => {
		played += 1;
		const ledger = ledgerOf?.() ?? (await source.next());
		const result = await subject.play(ledger, `history-${played}`, history as readonly never[]);
		commands += history.length;
		deeds += result.deeds;
		if (result.violations.length > 0) throw new Error(result.violations.join('; '));
	});
	try {
		const outcome = await fc.check(property, {
			numRuns: count,
			...(seed === undefined ? {} : { seed }),
			interruptAfterTimeLimit: limitMs,
			endOnFailure: quick,
		});
		const error = outcome.errorInstance;
		return {
			histories: played,
			commands,
			deeds,
			violations: outcome.failed ? [error instanceof Error ? error.message : 'interrupted'] : [],
			counterexample: outcome.failed ? fc.stringify(outcome.counterexample) : null,
		};
	} finally {
		await source.close();
	}
}

/** Plays histories on SQLite with a bug planted into the store, until one breaks a promise. */
export const findBug = (
	name: SubjectName,
	plant: (store: LedgerStore) => LedgerStore,
): Promise<HistoryTally> =>
	checkHistories(
		'sqlite',
		{ count: 3000, seed: 20261121, ledgerOf: () => createLedger(plant(memoryStore())), quick: true },
		name,
	);
