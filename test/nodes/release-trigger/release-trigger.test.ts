import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { parseCadence, slotByIndex } from '../../../core/delivery/cadence';
import { parseSpineSettings } from '../../../core/delivery/spine';
import type { Ledger } from '../../../app/ledger/api';
import type { LedgerEvent } from '../../../core/delivery/events';
import { type Emitted, takeStretch } from '../../../app/watch/stretch';
import { occasionOf, occasions } from '../../../app/watch/occasions';
import { ReleaseTrigger } from '../../../nodes/ReleaseTrigger/ReleaseTrigger.node';
import { closeLedgers, ledgerAt } from '../../../nodes/kit/ledger';

let folder: string;
let file: string;
let ledger: Ledger;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'trigger-'));
	file = join(folder, 'ledger.sqlite');
	ledger = await ledgerAt({ store: 'sqlite', file });
});

afterEach(async () => {
	await closeLedgers();
	rmSync(folder, { recursive: true, force: true });
});

const happen = async (
	kind: string,
	data: object,
	spine = 'content-delivery',
	subject = 'r-1',
): Promise<void> =>
	await ledger.events.append([{ kind, spine, subject, sentence: `${kind}.`, data: data as never }]);

let nodes = 0;

/** The trigger as n8n polls it: a workflow with static data that survives what `restart` forgets. */
function triggerOf(events: readonly string[], subject = '') {
	const staticData: IDataObject = {};
	const id = `node-${(nodes += 1)}`;
	const parameters: Record<string, unknown> = { events, subject };
	const logged: string[] = [];
	const context = {
		logger: { warn: (line: string) => void logged.push(line) },
		getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
		getMode: () => 'trigger',
		getWorkflow: () => ({ id: 'w-1' }),
		getNode: () => ({
			id,
			name: 'Release Trigger',
			credentials: { releaseGateLedgerApi: { id: '1', name: 'x' } },
		}),
		getCredentials: async () => ({ store: 'sqlite', file }),
		getWorkflowStaticData: () => staticData,
	} as unknown as IPollFunctions;
	const poll = async (): Promise<unknown[]> => {
		const result = await new ReleaseTrigger().poll.call(context);
		return (result?.[0] ?? []).map(
			({ json }: INodeExecutionData) => `${json.event as string} ${json.subject as string}`,
		);
	};
	return { poll, staticData, logged };
}

describe('Release Trigger', () => {
	it('fires once for each event, after the moment it was published', async () => {
		await happen('gate.held', {});
		const { poll } = triggerOf(['held', 'stable', 'rolledBack', 'promoted']);
		expect(await poll()).toEqual([]);
		await happen('gate.held', {}, 'content-delivery', 'r-2');
		await happen('release.moved', { to: 'deploying' }, 'content-delivery', 'r-3');
		await happen('release.moved', { to: 'stable' }, 'content-delivery', 'r-4');
		await happen('release.rolled-back', { to: 'rolled-back' }, 'content-delivery', 'r-5');
		await happen('gate.shipped', {});
		expect(await poll()).toEqual(['held r-2', 'promoted r-3', 'stable r-4', 'rolledBack r-5']);
		expect(await poll()).toEqual([]);
	});

	it('leaves out other spines, other events and rehearsals', async () => {
		const { poll } = triggerOf(['missed', 'inDoubt', 'budgetSpent'], 'content-delivery');
		await poll();
		await happen('deliveries.missed', { space: 'dry-run:x' });
		await happen('deliveries.missed', { space: 'live' }, 'other');
		await happen('gate.held', {});
		expect(await poll()).toEqual([]);
		await happen('deliveries.missed', { space: 'live' });
		await happen('deliveries.in-doubt', { space: 'live' });
		await happen('slot.missed', { index: 1 });
		await happen('budget.spent', {});
		expect(await poll()).toEqual(['missed r-1', 'inDoubt r-1', 'missed r-1', 'budgetSpent r-1']);
	});

	it('fires once when most of a run failed, which n8n calls a success', async () => {
		const at = jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 10, 2, 9, 0, 1));
		try {
			const cadence = { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC', window: 'P1D' };
			await ledger.spines.configure(
				parseSpineSettings({ spine: 'content-delivery', cadence, mode: 'live' }),
				'test',
			);
			const slot = slotByIndex(parseCadence(cadence), 0);
			const ref = { spine: 'content-delivery', space: 'live', slot: slot.id, recipient: 'r-1' } as const;
			const { opensAt, closesAt } = slot;
			await ledger.deliveries.register([{ ref, opensAt, closesAt, cadenceIndex: 0, input: { id: 'r-1' } }]);
			const { poll, logged } = triggerOf(['runFailed'], 'content-delivery');
			const deaf = triggerOf(['held', 'silent']);
			expect([await poll(), await deaf.poll()]).toEqual([[], []]);
			const [claim] = await ledger.deliveries.claim([{ ref }], 'execution 7 / Claim');
			const token = claim?.status === 'granted' ? claim.token : 0;
			await ledger.deliveries.fail([
				{ ref, token, failureClass: 'generation', sent: 'no', retryable: true, reason: 'none' },
			]);
			expect(await poll()).toEqual([]);
			at.mockReturnValue(opensAt + 2 * 60_000);
			expect(await deaf.poll()).toEqual([]);
			expect([await poll(), await poll()]).toEqual([[`runFailed ${slot.id}`], []]);
			expect(logged).toEqual([expect.stringMatching(/^Most of execution 7 of content-delivery failed/)]);
		} finally {
			at.mockRestore();
		}
	});

	it('fires when a spine was silent for a whole slot, though nothing of its own workflow ran', async () => {
		const at = jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 10, 2, 8));
		try {
			const cadence = { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC', window: 'P1D' };
			await ledger.spines.configure(
				parseSpineSettings({ spine: 'content-delivery', cadence, mode: 'live' }),
				'test',
			);
			const slot = slotByIndex(parseCadence(cadence), 0);
			at.mockReturnValue(slot.opensAt + 1000);
			const ref = { spine: 'content-delivery', space: 'live', slot: slot.id, recipient: 'r-1' } as const;
			const { opensAt, closesAt } = slot;
			await ledger.deliveries.register([{ ref, opensAt, closesAt, cadenceIndex: 0, input: { id: 'r-1' } }]);
			const { poll, logged } = triggerOf(['silent'], 'content-delivery');
			const other = triggerOf(['silent'], 'another-spine');
			const deaf = triggerOf(['held']);
			expect([await poll(), await other.poll(), await deaf.poll()]).toEqual([[], [], []]);
			at.mockReturnValue(closesAt + 1000);
			expect([await deaf.poll(), await other.poll()]).toEqual([[], []]);
			expect([await poll(), await poll()]).toEqual([[`silent ${slot.id}`], []]);
			// In queue mode the run that it starts may land on a worker without the package; the poll is the main's.
			expect(logged).toEqual([expect.stringMatching(/^The spine content-delivery was silent/)]);
		} finally {
			at.mockRestore();
		}
	});

	it('fires once when two processes poll the same workflow at the same time', async () => {
		const { poll } = triggerOf(['held']);
		await poll();
		await happen('gate.held', {});
		const polls = await Promise.all([poll(), poll(), poll(), poll()]);
		expect(polls.flat()).toEqual(['held r-1']);
	});

	it('knows each occasion by a kind of event of its own', () => {
		expect(new Set(occasions.map(({ value }) => value)).size).toBe(occasions.length);
		const event = { kind: 'release.moved', data: { to: 'stable' } } as unknown as LedgerEvent;
		expect(occasionOf(event, ['stable'])?.value).toBe('stable');
		expect(occasionOf(event, ['held'])).toBeNull();
	});

	it('never repeats after a restart what it lived on after, though n8n lost its static data', async () => {
		const taken: string[] = [];
		const turn = async (restarted: boolean): Promise<void> => {
			// n8n failed to save the static data, or it came back from an older backup.
			const emitted: Emitted = {};
			const read = async (after: number, to: number): Promise<readonly string[]> =>
				(await ledger.events.sealedAfter(after, to - after)).flatMap(({ subject, kind }) =>
					kind === 'gate.held' ? [subject ?? ''] : [],
				);
			taken.push(...(await takeStretch({ ledger, trigger: 't', emitted, restarted, now: 0, read })));
		};
		await turn(true);
		await happen('gate.held', {});
		await turn(false);
		await turn(false);
		await turn(true);
		await turn(true);
		expect(taken).toEqual(['r-1']);
	});

	it('hands over every event exactly once, whatever crashes before or after the execution starts', async () => {
		type Step = 'event' | 'poll' | 'crash before start' | 'restart';
		const steps = fc.array(fc.constantFrom<Step>('event', 'poll', 'crash before start', 'restart'), {
			maxLength: 25,
		});
		let run = 0;
		await fc.assert(
			fc.asyncProperty(steps, async (list) => {
				const trigger = `t-${(run += 1)}`;
				const started: string[] = [];
				const wanted: string[] = [];
				let saved: Emitted = {};
				let restarted = true;
				const poll = async (crash: boolean): Promise<void> => {
					const emitted = { ...saved };
					const items = await takeStretch({
						ledger,
						trigger,
						emitted,
						restarted,
						now: 0,
						read: async (after, to) =>
							(await ledger.events.sealedAfter(after, to - after)).flatMap(({ subject, kind }) =>
								kind === trigger ? [subject ?? ''] : [],
							),
					});
					restarted = crash;
					if (crash || items.length === 0) return;
					// n8n saves the static data when it starts the execution.
					started.push(...items);
					saved = emitted;
				};
				await poll(false);
				for (const step of list) {
					if (step === 'event') {
						wanted.push(`${wanted.length}`);
						await happen(trigger, {}, 'x', wanted.at(-1));
						await happen('noise', {});
					} else if (step === 'restart') restarted = true;
					else await poll(step === 'crash before start');
				}
				await poll(false);
				expect(started).toEqual(wanted);
			}),
			{ numRuns: 40 },
		);
	});
});
