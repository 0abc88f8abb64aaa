import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
	type ClaimedBy,
	executionOf,
	failedRuns,
	failedRunSentence,
	RUN_QUIET,
} from '../../../core/stability/failed-run';

const now = 1_800_000_000_000;
const slot = '2026-11-20';

const run = (changes: Partial<ClaimedBy>): ClaimedBy => ({
	owner: 'execution 12 / Claim',
	claimed: 10,
	sent: 10,
	open: 0,
	inDoubt: 0,
	lastAt: now - RUN_QUIET,
	...changes,
});

/** What one owner can have claimed: sent, open and in doubt are parts of it. */
const anyRun = fc
	.record({
		execution: fc.integer({ min: 1, max: 4 }),
		node: fc.constantFrom('Claim', 'Claim Again'),
		sent: fc.nat(50),
		open: fc.nat(3),
		inDoubt: fc.nat(20),
		failed: fc.nat(50),
		ago: fc.integer({ min: 0, max: 3 * RUN_QUIET }),
	})
	.map(({ execution, node, sent, open, inDoubt, failed, ago }): ClaimedBy => ({
		owner: `execution ${execution} / ${node}`,
		claimed: sent + open + inDoubt + failed,
		sent,
		open,
		inDoubt,
		lastAt: now - ago,
	}));

const runs = fc.uniqueArray(anyRun, { selector: ({ owner }) => owner, maxLength: 8 });

describe('a run in which most deliveries failed', () => {
	it('is told with its execution, what was not sent and what is in doubt', () => {
		const [found, ...others] = failedRuns({ slot, owners: [run({ sent: 4, inDoubt: 1 })] }, now);
		expect(others).toEqual([]);
		expect(found).toEqual({
			slot,
			execution: '12',
			claimed: 10,
			failed: 6,
			inDoubt: 1,
			at: now - RUN_QUIET,
		});
		expect(found && failedRunSentence('news', found)).toBe(
			'Most of execution 12 of news failed, whatever n8n calls it: 6 of 10 deliveries in slot 2026-11-20 were not sent, 1 of them in doubt.',
		);
	});

	it('is not half of them, nor one that goes on', () => {
		const told = (changes: Partial<ClaimedBy>): number =>
			failedRuns({ slot, owners: [run({ sent: 0, ...changes })] }, now).length;
		expect(told({})).toBe(1);
		expect(told({ sent: 5 })).toBe(0);
		expect(told({ open: 1 })).toBe(0);
		expect(told({ lastAt: now - RUN_QUIET + 1 })).toBe(0);
	});

	it('is one, however many of its nodes claimed', () => {
		fc.assert(
			fc.property(runs, (owners) => {
				const found = failedRuns({ slot, owners }, now);
				const executions = found.map(({ execution }) => execution);
				expect(new Set(executions).size).toBe(executions.length);
				for (const one of found) {
					const own = owners.filter(({ owner }) => executionOf(owner) === one.execution);
					const sum = (of: (each: ClaimedBy) => number): number =>
						own.reduce((all, each) => all + of(each), 0);
					expect(one.claimed).toBe(sum(({ claimed }) => claimed));
					expect(one.failed).toBe(sum(({ claimed, sent }) => claimed - sent));
					expect(sum(({ open }) => open)).toBe(0);
					expect(one.failed * 2).toBeGreaterThan(one.claimed);
				}
			}),
		);
	});

	it('stays one when more of it fails, and is none when as many are sent', () => {
		fc.assert(
			fc.property(runs, fc.nat(50), (owners, more) => {
				const before = failedRuns({ slot, owners }, now).map(({ execution }) => execution);
				const worse = owners.map((one) => ({ ...one, claimed: one.claimed + more }));
				const after = failedRuns({ slot, owners: worse }, now).map(({ execution }) => execution);
				expect(after).toEqual(expect.arrayContaining(before));
				const served = owners.map((one) => ({ ...one, sent: Math.ceil(one.claimed / 2) }));
				expect(failedRuns({ slot, owners: served }, now)).toEqual([]);
			}),
		);
	});

	it('does not depend on the order in which claims were counted, and comes newest first', () => {
		fc.assert(
			fc.property(runs, (owners) => {
				const found = failedRuns({ slot, owners }, now);
				const turned = failedRuns({ slot, owners: [...owners].reverse() }, now);
				const byExecution = (list: typeof found) =>
					[...list].sort((a, b) => Number(a.execution) - Number(b.execution));
				expect(byExecution(turned)).toEqual(byExecution(found));
				expect(found.map(({ at }) => at)).toEqual(found.map(({ at }) => at).sort((a, b) => b - a));
			}),
		);
	});
});
