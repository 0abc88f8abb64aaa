import { describe, expect, test } from '@jest/globals';
import type { StoreTransaction } from '../../../app/ledger/store';
import { checkHistories, clock, findBug } from '../../../testbed/histories/check';
import { planted } from '../../../testbed/histories/planted';

const nightly = Number(process.env['RG_HISTORIES'] ?? 0);

type Bug = (tx: StoreTransaction) => Partial<StoreTransaction>;

const bugs: Record<string, Bug> = {
	'the recipient is forgotten after a send': () => ({ writeRecipients: async () => undefined }),
	'a commit is acknowledged and not stored': (tx) => ({
		writeDeliveries: (rows) => tx.writeDeliveries(rows.filter((row) => row.state !== 'committed')),
	}),
	'a send whose lease ran out is handed out again': (tx) => ({
		loadDeliveries: async (refs, withInput) =>
			(await tx.loadDeliveries(refs, withInput)).map((loaded) =>
				loaded !== null && loaded.row.state === 'sending' && clock.at >= (loaded.row.leaseUntil ?? 0)
					? { ...loaded, row: { ...loaded.row, state: 'due' as const } }
					: loaded,
			),
	}),
	'the pause switch is not read': (tx) => ({
		spine: async (name, lock) => {
			const row = await tx.spine(name, lock);
			return row === null ? null : { ...row, paused: false };
		},
	}),
	'the token stays the same from grant to grant': (tx) => ({
		writeDeliveries: (rows) =>
			tx.writeDeliveries(rows.map((row) => ({ ...row, token: Math.min(row.token, 1) }))),
		loadDeliveries: async (refs, withInput) =>
			(await tx.loadDeliveries(refs, withInput)).map((loaded) =>
				loaded !== null && loaded.row.state !== 'claimed' && loaded.row.state !== 'sending'
					? { ...loaded, row: { ...loaded.row, token: 0 } }
					: loaded,
			),
	}),
	'a confirmation is not stored': (tx) => ({
		writeDeliveries: (rows) => tx.writeDeliveries(rows.filter((row) => row.state !== 'sending')),
	}),
	'check, then act: a claim does not see the claim before it': (tx) => ({
		loadDeliveries: async (refs, withInput) =>
			(await tx.loadDeliveries(refs, withInput)).map((loaded) =>
				loaded !== null && loaded.row.state === 'claimed'
					? { ...loaded, row: { ...loaded.row, state: 'due' as const, token: loaded.row.token - 1 } }
					: loaded,
			),
	}),
	'what is in doubt becomes due by itself': (tx) => ({
		writeDeliveries: (rows) =>
			tx.writeDeliveries(rows.map((row) => (row.state === 'in-doubt' ? { ...row, state: 'due' } : row))),
	}),
	'events of commits are dropped': (tx) => ({
		addEvents: (events) => tx.addEvents(events.filter((event) => event.kind !== 'deliveries.committed')),
	}),
	'the last send is wiped from the recipient': (tx) => ({
		writeRecipients: (rows) =>
			tx.writeRecipients(
				rows.map((row) => ({ ...row, facts: { ...row.facts, sendingSlot: null, lastSentAt: null } })),
			),
	}),
	'the sealer forgets where it was': (tx) => ({
		writeChain: (ends) => tx.writeChain({ ...ends, headHash: '0'.repeat(64) }),
	}),
	'a failure is stored over a commit': (tx) => ({
		loadDeliveries: async (refs, withInput) =>
			(await tx.loadDeliveries(refs, withInput)).map((loaded) =>
				loaded !== null && loaded.row.state === 'committed'
					? { ...loaded, row: { ...loaded.row, state: 'sending' as const, leaseUntil: clock.at + 1 } }
					: loaded,
			),
	}),
};

describe('histories of claimers against the promises', () => {
	test('SQLite breaks none', async () => {
		const { counterexample, violations } = await checkHistories('sqlite', { count: nightly || 300 });
		expect({ violations, counterexample }).toEqual({ violations: [], counterexample: null });
	}, 3_600_000);

	test('Postgres breaks none', async () => {
		const { counterexample, violations } = await checkHistories('postgres', { count: nightly || 40 });
		expect({ violations, counterexample }).toEqual({ violations: [], counterexample: null });
	}, 3_600_000);

	test.each([
		['sqlite', 60],
		['postgres', 20],
	] as const)(
		'%s breaks none with recipients stored as keyed hashes',
		async (store, count) => {
			const { counterexample, violations } = await checkHistories(store, {
				count: nightly || count,
				hashes: true,
			});
			expect({ violations, counterexample }).toEqual({ violations: [], counterexample: null });
		},
		3_600_000,
	);

	test.each(Object.entries(bugs))(
		'the checker catches: %s',
		async (_name, bug) => {
			const tally = await findBug('deliveries', (store) => planted(store, bug));
			expect(tally.violations).toHaveLength(1);
		},
		120_000,
	);
});
