import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteLedger } from '../../adapters/sqlite';
import { nextSlot, parseCadence, slotByIndex } from '../../core/delivery/cadence';
import type { Ledger } from '../../app/ledger/api';
import { readOutside } from '../../core/stability/outside';
import { observeRelease } from '../../app/watch';
import { historyStatements } from '../databases/history';
import { benchSettings, benchSpine, recipients } from '../databases/rows';
import { type Contestant, inRounds, medianOf, ratioOf, shown, spreadOf, timed } from '../harness/rounds';
import type { Measurement } from '../harness/types';

const numbers = (name: string, from: number, to: number): string =>
	`(WITH RECURSIVE c(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM c WHERE n < ${to}) SELECT n FROM c) AS ${name}`;

/** Slots inside the window of the check, the same in every database. */
const WINDOW = 3;

interface Prepared {
	readonly ledger: Ledger;
	readonly close: () => Promise<void>;
}

/** A ledger with so many committed deliveries long before the window, and the same deliveries inside it. */
async function prepare(history: number): Promise<Prepared> {
	const folder = mkdtempSync(join(tmpdir(), 'rg-stability-'));
	const file = join(folder, 'ledger.sqlite');
	const ledger = await openSqliteLedger({ file, clock: Date.now });
	await ledger.spines.configure(benchSettings, 'bench');
	const db = new DatabaseSync(file, { timeout: 60_000 });
	db.exec('PRAGMA synchronous = OFF; BEGIN');
	if (history > 0) {
		const slots = Math.ceil(history / recipients);
		for (const sql of historyStatements(numbers, slots, recipients)) db.exec(sql);
		db.exec(
			'INSERT INTO slots SELECT spine, space, slot, min(opens_at), min(closes_at), 1 FROM deliveries GROUP BY spine, space, slot',
		);
	}
	const cadence = parseCadence(benchSettings.cadence);
	const { index } = nextSlot(cadence, Date.now());
	const insert = db.prepare(
		`INSERT INTO deliveries (spine, space, slot, recipient, state, opens_at, closes_at, cadence_index, input_digest, token, attempts, sending_since, sent_at, committed_at, retryable, registered_at, updated_at)
		VALUES (?, 'live', ?, ?, 'committed', ?, ?, ?, ?, 1, 1, ?, ?, ?, 0, ?, ?)`,
	);
	for (let at = index - WINDOW; at < index; at += 1) {
		const { id, opensAt, closesAt } = slotByIndex(cadence, at);
		db.prepare(`INSERT INTO slots VALUES (?, 'live', ?, ?, ?, 0)`).run(benchSpine, id, opensAt, closesAt);
		const sent = opensAt + 60_000;
		for (let one = 0; one < recipients; one += 1)
			insert.run(
				benchSpine,
				id,
				String(100_000_000 + one),
				opensAt,
				closesAt,
				at,
				'a'.repeat(64),
				sent,
				sent,
				sent,
				sent,
				sent,
			);
	}
	db.exec('COMMIT');
	db.close();
	return {
		ledger,
		close: async () => {
			await ledger.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** One look of the stabilization check over a ledger with more and more history outside its window. */
export const stability: Measurement = {
	name: 'stability',
	title: 'One look of the stabilization check',
	run: async ({ quick, say }) => {
		const histories = quick ? [0, 10_000] : [0, 1_000_000];
		const prepared: Prepared[] = [];
		try {
			const contestants: Contestant[] = [];
			for (const history of histories) {
				const one = await prepare(history);
				prepared.push(one);
				const { ledger } = one;
				const ports = { ledger, directory: null, now: Date.now, by: 'bench' };
				const { index } = nextSlot(parseCadence(benchSettings.cadence), Date.now());
				const shippedAt = slotByIndex(parseCadence(benchSettings.cadence), index - WINDOW + 1).opensAt - 1;
				const watched = { release: 'bench', shippedAt, cadenceShiftExplained: false };
				const spine = await ledger.spines.get(benchSpine);
				contestants.push({
					name: `look@${history}`,
					prepare: async () => {},
					run: async () =>
						await timed(async () => {
							const { observation } = await observeRelease(
								ports,
								spine,
								watched,
								readOutside([], Date.now()),
								null,
							);
							const seen = observation.slots.reduce((total, { committed }) => total + committed, 0);
							if (seen < recipients) throw new Error(`The look saw ${seen} deliveries.`);
						}),
				});
				say(`${history} rows are in place`);
			}
			const samples = await inRounds(contestants, quick ? 1 : 7);
			return {
				tables: [
					{
						title: `SQLite, ${WINDOW} slots of ${recipients} deliveries inside the window`,
						columns: ['rows of history', 'one look, ms'],
						rows: histories.map((history) => [
							history.toLocaleString('en'),
							`${shown(medianOf(samples, `look@${history}`))} (${spreadOf(samples, `look@${history}`)})`,
						]),
					},
				],
				goals: histories.slice(1).map((history) => ({
					what: `One look with ${history.toLocaleString('en')} deliveries of history against none (flat)`,
					measured: ratioOf(samples, `look@${history}`, 'look@0'),
					bound: { most: 1.5 },
					unit: 'x',
				})),
				notes: [
					'A look reads the figures since the release, the month before it, the intervals and a sample of send times, and checks the event chain since the last look.',
				],
			};
		} finally {
			for (const { close } of prepared) await close();
		}
	},
};
