import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import type { KeyState } from '../../core/once/record';
import { runWorkflow, type WorkflowJson, type WorkflowRun } from '../../testbed/engine/n8n';
import { type Effects, pointedAt, startEffects } from '../../testbed/standins/effects';
import { ledger, ownUserFolder } from '../nodes/kit/spine';
import { readTemplate } from './template';

let home: ReturnType<typeof ownUserFolder>;
let effects: Effects;
beforeEach(async () => {
	home = ownUserFolder();
	effects = await startEffects();
});
afterEach(async () => {
	await effects.close();
	await home.remove();
});

const slack = { slackApi: { accessToken: 'stand-in' } };
/** A template with its addresses set. */
const ready = (file: string): WorkflowJson =>
	pointedAt(readTemplate(file) as unknown as WorkflowJson, effects.url);
const run = async (file: string, item: IDataObject): Promise<WorkflowRun> => {
	const done = await runWorkflow(ready(file), { triggerItems: [item], credentials: slack });
	expect(done.error).toBeUndefined();
	return done;
};
const call = (body: IDataObject, time = '1') => ({
	headers: { 'x-time': time },
	params: {},
	query: {},
	body,
	webhookUrl: 'https://n8n.example/webhook/once',
	executionMode: 'production',
});
/** Which of these nodes put something out. */
const reached = (of: WorkflowRun, names: readonly string[]): readonly string[] =>
	names.filter((name) => of.items(name).length > 0);
const keys = async (scope: string): Promise<readonly (readonly [string, KeyState])[]> =>
	(await (await ledger()).keys.list({ scope, limit: 10 })).map(({ key, state }) => [key, state]);
describe('stripe-webhook.json', () => {
	const answers = ['Acknowledge Held', 'Acknowledge Again', 'Acknowledge Done', 'Acknowledge Failed'];
	const event = (id: string, object = 'pi_1') =>
		call({ id, type: 'payment_intent.succeeded', data: { object: { id: object } } }, String(Math.random()));

	it('does an event once, and answers the same again', async () => {
		const first = await run('stripe-webhook.json', event('evt_1'));
		expect(reached(first, answers)).toEqual(['Acknowledge Done']);
		const again = await run('stripe-webhook.json', event('evt_1'));
		expect(reached(again, answers)).toEqual(['Acknowledge Again']);
		expect(again.json('Claim Event', 2)).toMatchObject([{ firstResult: { number: 1 } }]);
		expect(effects.done()).toEqual([{ event: 'evt_1', type: 'payment_intent.succeeded', object: 'pi_1' }]);
	});

	it('does it once of twenty at the same time, and tells the others to come later', async () => {
		const runs = await Promise.all(
			Array.from({ length: 20 }, () => run('stripe-webhook.json', event('evt_2'))),
		);
		expect(effects.done()).toHaveLength(1);
		const held = runs.filter((one) => reached(one, ['Acknowledge Held']).length > 0);
		expect(held).toHaveLength(19);
	});

	it('does it again only where it is certain that nothing happened', async () => {
		effects.mood = 'refuses';
		expect(reached(await run('stripe-webhook.json', event('evt_3')), answers)).toEqual([
			'Acknowledge Failed',
		]);
		effects.mood = 'hangs up';
		expect(reached(await run('stripe-webhook.json', event('evt_3')), answers)).toEqual([
			'Acknowledge Failed',
		]);
		effects.mood = 'takes';
		const after = await run('stripe-webhook.json', event('evt_3'));
		expect(after.json('Claim Event', 0)).toMatchObject([{ releaseGate: { reason: 'once-in-doubt' } }]);
		expect(effects.done()).toHaveLength(1);
		expect(await keys('stripe-events')).toEqual([['evt_3', 'in-doubt']]);
	});

	it('holds an event id that comes with another object', async () => {
		await run('stripe-webhook.json', event('evt_4'));
		const other = await run('stripe-webhook.json', event('evt_4', 'pi_2'));
		expect(other.json('Claim Event', 0)).toMatchObject([{ releaseGate: { reason: 'once-other-content' } }]);
	});
});

describe('daily-job.json', () => {
	const tick = () => ({ timestamp: new Date().toISOString(), 'Readable date': 'today', Timezone: 'UTC' });

	it('runs once a day, however often the schedule fires', async () => {
		const runs = await Promise.all([1, 2, 3].map(() => run('daily-job.json', tick())));
		expect(runs.flatMap((one) => one.json('Run the Job'))).toHaveLength(1);
		expect(reached(await run('daily-job.json', tick()), ['Run the Job', 'Alert the Team'])).toEqual([]);
		expect(effects.done()).toHaveLength(1);
	});

	it('tells the team of a failure, and tries again at the next firing', async () => {
		effects.mood = 'refuses';
		const failed = await run('daily-job.json', tick());
		expect(failed.json('Give Day Back', 1)).toMatchObject([{ releaseGate: { status: 'given back' } }]);
		expect(effects.alerts()).toEqual([expect.stringContaining('given back')]);
		effects.mood = 'takes';
		expect((await run('daily-job.json', tick())).json('Run the Job')).toHaveLength(1);
	});

	it('fails, so that n8n shows it, where the alert reached nobody: Slack answers 200 and `ok: false`', async () => {
		effects.mood = 'refuses';
		effects.slackRefuses = true;
		const failed = await runWorkflow(ready('daily-job.json'), { triggerItems: [tick()], credentials: slack });
		expect(failed.error?.message).toContain('The alert reached nobody: not_in_channel');
		expect(await keys('daily-job')).toMatchObject([[expect.any(String), 'free']]);
	});

	it('tells the team of a day in doubt, and does not run it again', async () => {
		effects.mood = 'hangs up';
		await run('daily-job.json', tick());
		effects.mood = 'takes';
		const doubtful = await run('daily-job.json', tick());
		expect(reached(doubtful, ['Alert the Team'])).toEqual(['Alert the Team']);
		expect(doubtful.json('Run the Job')).toEqual([]);
		expect(effects.done()).toHaveLength(1);
		expect(effects.alerts()).toEqual([
			expect.stringContaining('in doubt'),
			expect.stringContaining('Nobody knows how the key'),
		]);
	});
});

describe('order-to-erp.json', () => {
	const order = (orderNumber: string, quantity = 1) =>
		call({ orderNumber, lines: [{ sku: 'A', quantity }] }, String(Math.random()));
	const created = () => effects.done().map(({ externalNumber }) => externalNumber);

	it('creates an order once, and gives the ERP’s answer again', async () => {
		await run('order-to-erp.json', order('17'));
		const again = await run('order-to-erp.json', order('17'));
		expect(again.json('Claim Order', 2)).toMatchObject([{ firstResult: { number: 1 } }]);
		expect(created()).toEqual(['17']);
		const other = await run('order-to-erp.json', order('17', 2));
		expect(other.json('Claim Order', 0)).toMatchObject([{ releaseGate: { reason: 'once-other-content' } }]);
	});

	it('asks the ERP where nobody knows: what is there is done, what is not is created now', async () => {
		effects.mood = 'hangs up';
		const cut = await run('order-to-erp.json', order('18'));
		expect(cut.json('Give Order Back', 1)).toMatchObject([{ releaseGate: { status: 'in doubt' } }]);
		effects.mood = 'takes';
		const asked = await run('order-to-erp.json', order('18'));
		expect(reached(asked, ['Ask for the Order', 'Create Order', 'Acknowledge Created'])).toEqual([
			'Ask for the Order',
			'Acknowledge Created',
		]);
		expect(created()).toEqual(['18']);
		effects.mood = 'refuses';
		await run('order-to-erp.json', order('19'));
		effects.mood = 'takes';
		await run('order-to-erp.json', order('19'));
		expect(created()).toEqual(['18', '19']);
		expect(await keys('orders')).toEqual([
			['18', 'done'],
			['19', 'done'],
		]);
	});

	it('leaves in doubt what the ERP cannot be asked about, for the next call to ask again', async () => {
		effects.mood = 'hangs up';
		await run('order-to-erp.json', order('21'));
		effects.mood = 'takes';
		const asked = await runWorkflow(ready('order-to-erp.json'), {
			triggerItems: [order('21')],
			credentials: slack,
			nodeOverrides: { 'Ask for the Order': { parameters: { url: 'http://127.0.0.1:1/orders' } } },
		});
		expect(asked.json('Record Doubt', 1)).toMatchObject([{ releaseGate: { status: 'in doubt' } }]);
		expect(await keys('orders')).toEqual([['21', 'in-doubt']]);
		expect(reached(await run('order-to-erp.json', order('21')), ['Acknowledge Created'])).toHaveLength(1);
		expect(created()).toEqual(['21']);
	});

	it('creates what never arrived, on the way through the question', async () => {
		const { keys: book } = await ledger();
		const terms = {
			scope: 'orders',
			leaseMs: 1,
			rememberMs: 1e9,
			whenUnknown: 'hold',
			owner: 'killed',
		} as const;
		await book.claim(terms, [{ key: '20', digest: null }]);
		const asked = await run('order-to-erp.json', order('20'));
		expect(reached(asked, ['Ask for the Order', 'Create Order', 'Acknowledge Created'])).toEqual([
			'Ask for the Order',
			'Create Order',
			'Acknowledge Created',
		]);
		expect(created()).toEqual(['20']);
	});
});

describe('agent-tool.json', () => {
	const refund = { customer: 'cus_1', invoice: 'in_1', amount: 20 };
	const ask = async (more: IDataObject = {}): Promise<string> => {
		const done = await run('agent-tool.json', { ...refund, ...more });
		const said = ['Show What Is Held', 'Show First Result', 'Show Result', 'Show Failure'].flatMap((name) =>
			done.json(name),
		);
		expect(said).toHaveLength(1);
		return said[0]?.result as string;
	};

	it('does what the agent asks for once, and tells it so when it asks again', async () => {
		expect(await ask()).toBe('Done: {"number":1}');
		expect(await ask()).toBe('Done before: {"number":1}');
		expect(await ask({ amount: 21 })).toBe('Done: {"number":2}');
	});

	it('tells the agent in words whether it may try again', async () => {
		effects.mood = 'refuses';
		expect(await ask()).toMatch(/^Not done: The provider refused the request \(422\)/);
		effects.mood = 'hangs up';
		expect(await ask()).toMatch(/^Nobody knows whether it was done/);
		effects.mood = 'takes';
		expect(await ask()).toMatch(/^This refund is not done again: Nobody knows/);
		expect(effects.done()).toHaveLength(1);
	});

	it('is safe as a tool: the workflow that an agent calls gives it the last node’s words', async () => {
		const agent = {
			nodes: [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{
					name: 'Call Tool',
					type: 'n8n-nodes-base.executeWorkflow',
					typeVersion: 1.2,
					parameters: { workflowId: { __rl: true, mode: 'id', value: 'tool' }, mode: 'each' },
				},
			],
			connections: { Start: { main: [[{ node: 'Call Tool', type: 'main', index: 0 }]] } },
		};
		const subWorkflows = { tool: ready('agent-tool.json') };
		const called = await runWorkflow(agent, { triggerItems: [refund, refund], subWorkflows });
		expect(called.error).toBeUndefined();
		expect(called.json('Call Tool').map(({ result }) => result)).toEqual([
			'Done: {"number":1}',
			'Done before: {"number":1}',
		]);
		expect(effects.done()).toHaveLength(1);
	});
});
