import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runWorkflow } from '../../../testbed/engine/n8n';
import { dueItems, ledger, OWN, ownUserFolder, settings, single } from '../kit/spine';

const release = (parameters: object, more: object = {}) =>
	single({ type: `${OWN}.release`, parameters, ...more });

let home: ReturnType<typeof ownUserFolder>;

beforeEach(() => {
	home = ownUserFolder();
});

afterEach(async () => await home.remove());

const cadence = settings().cadence as Record<string, string>;
const configure = { resource: 'spine', operation: 'configure', spine: 'content', ...cadence, mode: 'live' };

describe('a spine', () => {
	it('is held to the whole policy unless told otherwise, and shows to how much', async () => {
		const first = await runWorkflow(release(configure));
		expect(first.json('Node')[0]).toMatchObject({ version: 1, strictness: 'doctrine' });
		expect(first.json('Node')[0]?.settings).not.toHaveProperty('strictness');
		const less = await runWorkflow(release({ ...configure, strictness: 'observe' }));
		expect(less.json('Node')[0]).toMatchObject({
			version: 2,
			strictness: 'observe',
			settings: { strictness: 'observe' },
		});
	});

	it('is configured with defaults, and again without a new version', async () => {
		const first = await runWorkflow(release(configure));
		expect(first.error).toBeUndefined();
		expect(first.json('Node')).toMatchObject([{ spine: 'content', version: 1, paused: false }]);
		const second = await runWorkflow(release(configure));
		expect(second.json('Node')[0]?.version).toBe(1);
		const third = await runWorkflow(release({ ...configure, advanced: { replaysPerSlot: 2 } }));
		expect(third.json('Node')[0]).toMatchObject({ version: 2, settings: { replaysPerSlot: 2 } });
	});

	it('is configured by what was picked as by what was typed before there were pickers', async () => {
		const typed = {
			...configure,
			properties: { lastDeliveryAt: 'sent_at', also: 'firstname, plan' },
			advanced: { policy: 'weekly-software-release' },
		};
		const first = await runWorkflow(release(typed));
		expect(first.error).toBeUndefined();
		const from = (mode: string, value: unknown) => ({ __rl: true, mode, value });
		const picked = {
			...configure,
			timeZone: from('list', cadence.timeZone),
			properties: {
				lastDeliveryAt: from('list', 'sent_at'),
				status: { mode: 'list', value: '' },
				alsoChosen: ['firstname', 'plan'],
			},
			advanced: { policy: from('name', '={{ "weekly-software-release" }}') },
		};
		const second = await runWorkflow(release(picked));
		expect(second.error).toBeUndefined();
		expect(second.json('Node')[0]).toMatchObject({ version: 1 });
		expect(second.json('Node')[0]?.settings).toEqual(first.json('Node')[0]?.settings);
	});

	it('reads a rhythm in words, and says which slots come next', async () => {
		const run = await runWorkflow(
			release({ ...configure, every: 'every 2 hours', timeZone: 'Europe/Paris' }),
		);
		const [record] = run.json('Node');
		expect(record).toMatchObject({ rhythm: 'every 2 hours', settings: { cadence: { every: 'PT2H' } } });
		expect(record?.nextSlots).toEqual([
			expect.stringMatching(/Paris$/),
			expect.stringMatching(/Paris$/),
			expect.stringMatching(/Paris$/),
		]);
		const shown = await runWorkflow(release({ resource: 'spine', operation: 'show', spine: 'content' }));
		expect(shown.json('Node')[0]?.nextSlots).toEqual(record?.nextSlots);
		expect(JSON.stringify(run.hints)).toContain('Slots open every 2 hours; the next ones: ');
	});

	it('names every setting that cannot be used, and stores none', async () => {
		const run = await runWorkflow(release({ ...configure, every: 'often', advanced: { leaseMinutes: 0 } }));
		expect(run.error?.message).toMatch(/cadence/);
		expect(run.error?.message).toMatch(/leaseMs/);
		expect(await (await ledger()).spines.get('content')).toBeNull();
	});

	it('is paused, shown and resumed', async () => {
		await dueItems(['1', '2']);
		const on = { resource: 'spine', spine: 'content', reason: 'looks wrong' };
		await runWorkflow(release({ ...on, operation: 'pause' }));
		const shown = await runWorkflow(release({ ...on, operation: 'show' }));
		expect(shown.json('Node')[0]).toMatchObject({
			paused: true,
			pauseReason: 'looks wrong',
			open: { due: 2 },
			outbox: { waiting: 0 },
			chain: { status: 'intact' },
		});
		const resumed = await runWorkflow(release({ ...on, operation: 'resume' }));
		expect(resumed.json('Node')[0]).toMatchObject({ paused: false });
		const listed = await runWorkflow(release({ resource: 'spine', operation: 'list' }));
		expect(listed.json('Node').map(({ spine }) => spine)).toEqual(['content']);
	});

	it('takes a person’s word that the clock is right', async () => {
		await dueItems(['1']);
		const mend = { resource: 'spine', spine: 'content', operation: 'mendClock' };
		const run = await runWorkflow(release(mend));
		expect(run.error).toBeUndefined();
		expect(run.json('Node')).toMatchObject([{ spine: 'content', recipients: 0, leases: 0 }]);
		const events = await (await ledger()).events.list({ kinds: ['spine.clock-mended'], limit: 9 });
		expect(events).toHaveLength(1);
	});

	it('that nobody knows is an error with the remedy, or a report when the node continues', async () => {
		const pause = { resource: 'spine', operation: 'pause', spine: 'nobody', reason: 'x' };
		const run = await runWorkflow(release(pause));
		expect(run.error?.description).toContain('Configure');
		const goesOn = await runWorkflow(release(pause, { onError: 'continueRegularOutput' }));
		expect(goesOn.json('Node')[0]?.releaseGate).toMatchObject({ reason: 'ledger-spine-unknown' });
	});
});

describe('the ledger', () => {
	it('lists deliveries page by page without their input, verifies and prunes', async () => {
		await dueItems(Array.from({ length: 1_200 }, (_unused, index) => String(index)));
		const list = { resource: 'ledger', operation: 'deliveries', spine: 'content', states: ['due'] };
		const all = await runWorkflow(release({ ...list, returnAll: true }));
		expect(new Set(all.json('Node').map(({ key }) => key)).size).toBe(1_200);
		expect(all.json('Node').some((json) => 'input' in json)).toBe(false);
		const some = await runWorkflow(release({ ...list, returnAll: false, limit: 7 }));
		expect(some.json('Node')).toHaveLength(7);
		const verified = await runWorkflow(release({ resource: 'ledger', operation: 'verify' }));
		expect(verified.json('Node')[0]?.status).toBe('intact');
		const pruned = await runWorkflow(
			release({ resource: 'ledger', operation: 'prune', inputsDays: 1, deliveriesDays: 1, eventsDays: 1 }),
		);
		expect(pruned.json('Node')[0]).toMatchObject({ deliveries: 0 });
		const wrong = await runWorkflow(
			release({ resource: 'ledger', operation: 'prune', inputsDays: 0, deliveriesDays: 1, eventsDays: 1 }),
		);
		expect(wrong.error?.message).toContain('Keep Frozen Inputs');
	});
});
