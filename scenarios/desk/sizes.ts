import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { openPostgresLedger, readPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger, readSqliteLedger } from '../../adapters/sqlite';
import { deskHtml, gatherDesk } from '../../app/desk';
import type { Ledger } from '../../app/ledger/api';
import { parseSpineSettings } from '../../core/delivery/spine';
import { metricsText } from '../../core/desk/metrics';
import { freshDatabase } from '../../testbed/databases/postgres';
import {
	historyCadence,
	historySpine,
	historySql,
	postgresNumbers,
	sqliteNumbers,
} from '../../testbed/desk/history';
import { currentLoad, machine, type Machine } from '../../testbed/machine';

/** Time and size at one number of deliveries. */
export interface Size {
	readonly store: 'SQLite' | 'Postgres';
	readonly deliveries: number;
	/** Milliseconds from asking the ledger to the page as text: the median of the runs, the first one, the slowest. */
	readonly pageMs: readonly [median: number, first: number, slowest: number];
	/** Milliseconds of processor time of one page in this process: what it takes on a machine with nothing else to do. */
	readonly cpuMs: number;
	/** The same with a search for one recipient. */
	readonly searchMs: number;
	readonly metricsMs: number;
	readonly bytes: number;
	/** Load of the machine before and after: it works for others besides. */
	readonly load?: readonly [before: number, after: number];
}

/** All of them, and on what they were measured. */
export interface Sizes {
	readonly rows: readonly Size[];
	readonly machine: Machine;
}

const RUNS = 7;

const links = {
	forms: { act: '../form/a', approve: '../form/b', release: '../form/c', rollBack: '../form/d' },
	report: 'release-report',
	self: '',
};

const median = (values: readonly number[]): number =>
	[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const timed = async <T>(work: () => Promise<T>): Promise<readonly [number, T]> => {
	const from = performance.now();
	const result = await work();
	return [performance.now() - from, result];
};

async function measure(ledger: Ledger): Promise<Omit<Size, 'store' | 'deliveries'>> {
	const ports = { ledger, now: Date.now, workflows: null };
	const times: number[] = [];
	const cpu: number[] = [];
	let bytes = 0;
	for (let run = 0; run < RUNS; run += 1) {
		const before = process.cpuUsage();
		const [ms, page] = await timed(async () => deskHtml(await gatherDesk(ports), links));
		const used = process.cpuUsage(before);
		cpu.push((used.user + used.system) / 1000);
		times.push(ms);
		bytes = Buffer.byteLength(page);
	}
	const [searchMs] = await timed(async () =>
		deskHtml(await gatherDesk(ports, { search: '100000055' }), links),
	);
	const [metricsMs] = await timed(async () => metricsText(await gatherDesk(ports)));
	const round = (ms: number): number => Math.round(ms);
	return {
		pageMs: [round(median(times)), round(times[0] ?? 0), round(Math.max(...times))],
		cpuMs: round(median(cpu)),
		searchMs: round(searchMs),
		metricsMs: round(metricsMs),
		bytes,
	};
}

const settings = parseSpineSettings({
	spine: historySpine,
	cadence: historyCadence,
	mode: 'live',
	provider: 'postmark',
});

async function onSqlite(deliveries: number): Promise<Size> {
	const folder = mkdtempSync(join(tmpdir(), 'rg-desk-'));
	const file = join(folder, 'ledger.sqlite');
	try {
		const made = await openSqliteLedger({ file, clock: Date.now });
		await made.spines.configure(settings, 'scenario');
		await made.close();
		const db = new DatabaseSync(file);
		db.exec('PRAGMA synchronous = OFF');
		for (const sql of historySql(deliveries, Date.now(), sqliteNumbers)) db.exec(sql);
		db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
		db.close();
		const ledger = await readSqliteLedger({ file, clock: Date.now });
		try {
			return { store: 'SQLite', deliveries, ...(await measure(ledger)) };
		} finally {
			await ledger.close();
		}
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function onPostgres(deliveries: number): Promise<Size> {
	const database = await freshDatabase();
	try {
		const made = await openPostgresLedger({ connection: database.url });
		await made.spines.configure(settings, 'scenario');
		await made.close();
		const client = new Client({ connectionString: database.url });
		await client.connect();
		await client.query('SET search_path TO release_gate; SET synchronous_commit = off');
		for (const sql of historySql(deliveries, Date.now(), postgresNumbers)) await client.query(sql);
		await client.query('VACUUM (ANALYZE)');
		await client.end();
		const ledger = await readPostgresLedger({ connection: database.url });
		try {
			return { store: 'Postgres', deliveries, ...(await measure(ledger)) };
		} finally {
			await ledger.close();
		}
	} finally {
		await database.drop();
	}
}

/** RG_DESK_STORES measures one store alone: `sqlite` or `postgres`; RG_DESK_SIZES some of the numbers. */
const only = process.env.RG_DESK_STORES;
const stores = only === undefined ? [onSqlite, onPostgres] : [only === 'postgres' ? onPostgres : onSqlite];
const numbers = (process.env.RG_DESK_SIZES ?? '0,1000000,10000000').split(',').map(Number);

const order = ({ store, deliveries }: Size): number => deliveries + (store === 'SQLite' ? 0 : 1e9);

/** What was measured before, with this row in place of the one of the same store and number. */
const withRow = (rows: readonly Size[], row: Size): readonly Size[] =>
	[...rows.filter(({ store, deliveries }) => store !== row.store || deliveries !== row.deliveries), row].sort(
		(a, b) => order(a) - order(b),
	);

/**
 * Measures the page on the stores with nothing, a million and ten million deliveries. Each row is kept as soon as it is
 * there, so that a run that is cut off loses only the one it was at.
 */
export async function measureSizes(
	before: Sizes | null,
	say: (line: string) => void,
	keep: (sizes: Sizes) => void,
): Promise<Sizes> {
	const loadBefore = currentLoad();
	let sizes: Sizes = { rows: before?.rows ?? [], machine: machine(loadBefore) };
	for (const on of stores)
		for (const deliveries of numbers) {
			const from = currentLoad();
			const row: Size = { ...(await on(deliveries)), load: [from, currentLoad()] };
			sizes = { rows: withRow(sizes.rows, row), machine: machine(loadBefore) };
			keep(sizes);
			const { store, pageMs, cpuMs, bytes } = row;
			say(
				`${store}, ${deliveries} deliveries: ${pageMs.join(' / ')} ms, ${cpuMs} ms of processor time, ${bytes} bytes`,
			);
		}
	return sizes;
}
