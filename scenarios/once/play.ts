import { setTimeout as sleep } from 'node:timers/promises';
import { listExecutions, runWorkflow, waitForExecution } from '../../testbed/n8n/executions';
import { record } from '../../testbed/n8n/session';
import {
	publishWorkflow,
	saveWorkflow,
	unpublishWorkflow,
	type WorkflowFile,
} from '../../testbed/n8n/workflows';
import { judge } from './judge';
import { leaseMs, type OnceWorld } from './world';

/** What one part of the play saw. */
export interface Seen {
	readonly what: string;
	/** What the system behind did for it. */
	readonly effects: number;
	readonly answers: string;
	/** State of the key afterwards. */
	readonly state: string;
	readonly violations: readonly string[];
}

type Saved = WorkflowFile & { readonly id: string };

const event = (id: string) => ({
	id,
	type: 'payment_intent.succeeded',
	data: { object: { id: `pi_${id}` } },
});

const tally = (values: readonly (string | number)[]): string => {
	const counts = new Map<string, number>();
	for (const value of values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
	return [...counts]
		.sort()
		.map(([value, count]) => `${count} x ${value}`)
		.join(', ');
};

/** The status, and of what n8n itself answers what it says. */
function told({ status, body }: { readonly status: number; readonly body: string }): string {
	if (status === 200 || status === 0) return String(status);
	const said = /"(?:held|failed|message)":"([^"]*)"/.exec(body)?.[1] ?? '';
	return said === '' ? String(status) : `${status} (${said})`;
}

async function stateOf({ house }: OnceWorld, scope: string, key: string): Promise<string> {
	const ledger = await house.openLedger();
	try {
		const [record] = await ledger.keys.get([{ scope, key }]);
		return record?.state ?? 'unknown to the ledger';
	} finally {
		await ledger.close();
	}
}

const effectsOf = ({ effects }: OnceWorld, id: string): number =>
	effects.done().filter((body) => body.event === id).length;

/** One event, posted a hundred times at once. */
export async function hundred(world: OnceWorld): Promise<Seen> {
	const id = 'evt_hundred';
	// n8n takes a while to hear a new webhook.
	for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await sleep(500))
		if ((await world.post('once/stripe-events', event('evt_first'))).status === 200) break;
	const all = await Promise.all(
		Array.from({ length: 100 }, () => world.post('once/stripe-events', event(id))),
	);
	const after = await world.post('once/stripe-events', event(id));
	const effects = effectsOf(world, id);
	const first = all.filter(({ status }) => status === 200).map(({ body }) => body);
	return {
		what: 'one event, posted 100 times at once',
		effects,
		answers: tally([...all, after].map(told)),
		state: await stateOf(world, 'stripe-events', id),
		violations: [
			...(effects === 1 ? [] : [`done ${effects} times`]),
			...(after.status === 200 && first.every((body) => body === after.body)
				? []
				: ['a later call was given another answer']),
		],
	};
}

/** Executions of the daily job that its schedule must have fired before it is stopped. */
const fewestFired = 5;

/** Fires the daily job by its own schedule, set to every second; the states of what it started. */
async function onSchedule({ house }: OnceWorld): Promise<readonly string[]> {
	const { session } = house.main;
	const id = 'daily-job';
	const workflow = record((await session.call('GET', `/rest/workflows/${id}`)).data) as unknown as Saved;
	const nodes = workflow.nodes.map((node) =>
		node.type === 'n8n-nodes-base.scheduleTrigger'
			? { ...node, parameters: { rule: { interval: [{ field: 'seconds', secondsInterval: 1 }] } } }
			: node,
	);
	await saveWorkflow(session, { ...workflow, nodes });
	await publishWorkflow(session, id);
	const scheduled = async (): Promise<readonly { readonly status: string }[]> =>
		(await listExecutions(session, id)).filter(({ mode }) => mode === 'trigger');
	const over = ({ status }: { readonly status: string }): boolean =>
		!['new', 'running', 'waiting'].includes(status);
	for (const giveUpAt = Date.now() + 120_000; Date.now() < giveUpAt; await sleep(500))
		if ((await scheduled()).filter(over).length >= fewestFired) break;
	await unpublishWorkflow(session, id);
	for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await sleep(500))
		if ((await scheduled()).every(over)) break;
	const fired = (await scheduled()).map(({ status }) => status);
	if (fired.length < fewestFired) throw new Error(`The schedule fired only ${fired.length} times.`);
	return fired;
}

/** The other templates, each run more than once. */
export async function others(world: OnceWorld): Promise<readonly Seen[]> {
	const { house, effects } = world;
	const { session } = house.main;
	const seen: Seen[] = [];
	const part = async (
		what: string,
		scope: string,
		key: string,
		isIts: (body: Readonly<Record<string, unknown>>) => boolean,
		run: () => Promise<string>,
	): Promise<void> => {
		const answers = await run();
		const count = effects.done().filter(isIts).length;
		const state = await stateOf(world, scope, key);
		const violations = count === 1 && state === 'done' ? [] : [`done ${count} times, ${state}`];
		seen.push({ what, effects: count, answers, state, violations });
	};
	const order = { orderNumber: '4711', lines: [{ sku: 'A', quantity: 1 }] };
	await part(
		'an order, posted twice',
		'orders',
		'4711',
		(body) => body.externalNumber === '4711',
		async () => {
			const answers = [await world.post('once/orders', order), await world.post('once/orders', order)];
			return tally(answers.map(({ status }) => status));
		},
	);
	const byHand = async (id: string, trigger: string): Promise<string> => {
		const execution = await runWorkflow(session, id, trigger);
		return (await waitForExecution(session, execution)).status;
	};
	const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(new Date());
	await part(
		'the daily job, its schedule set to every second, and fired twice by hand',
		'daily-job',
		day,
		(body) => body.day === day,
		async () => {
			const fired = await onSchedule(world);
			const hand = await Promise.all([
				byHand('daily-job', 'Start Every Morning'),
				byHand('daily-job', 'Start Every Morning'),
			]);
			return `by schedule ${tally(fired)}; by hand ${tally(hand)}`;
		},
	);
	await part(
		'the tool of an agent whose model calls it three times, twice of them at once',
		'refunds',
		'cus_1:in_1:20',
		(body) => body.customer === 'cus_1',
		async () => {
			const ended = await byHand('once-agent', 'Start');
			return `${tally([ended])}; called ${world.model.asked()} times`;
		},
	);
	return seen;
}

/** Where n8n is struck while an event is under way. */
export const killPoints = [
	...['Claim Event', 'Create Shipment', 'Complete Event', 'Acknowledge Done'].flatMap((node) =>
		(['before', 'within', 'after'] as const).map((when) => ({ node, when })),
	),
	{ node: 'the call', when: 'asked' },
	{ node: 'the call', when: 'done' },
] as const;
export type OnceKill = (typeof killPoints)[number];

/** How long a point may take to be reached. */
const reachMs = 60_000;

/** Kills n8n at the point, brings it back, posts the event again as its sender would, and counts what was done. */
export async function kill(world: OnceWorld, point: OnceKill, number: number): Promise<Seen> {
	const { lookout, house, effects } = world;
	await house.ready();
	const id = `evt_kill_${number}`;
	const blow = world.mode === 'queue' ? 'kill worker' : 'kill';
	const struck = new Promise<void>((resolve) => {
		const strike = async (pid: number | null): Promise<void> => {
			await house.strike(blow, pid);
			resolve();
		};
		if (point.node === 'the call') {
			effects.gate = async (when) => {
				if (when !== point.when) return;
				effects.gate = null;
				await strike(lookout.lastProcess(['Create Shipment']));
			};
			return;
		}
		lookout.lie({
			workflow: 'stripe-webhook',
			node: point.node,
			when: point.when === 'after' ? 'after' : 'before',
			...(point.when === 'within' ? { afterMs: 1 + ((number * 7) % 20) } : {}),
			strike: ({ pid }) => strike(pid),
		});
	});
	const first = world.post('once/stripe-events', event(id));
	const reached = await Promise.race([struck.then(() => true), sleep(reachMs, false, { ref: false })]);
	lookout.leave();
	effects.gate = null;
	await house.mend();
	await sleep(leaseMs);
	const answers = [];
	for (let again = 0; again < 3; again += 1) answers.push(await world.post('once/stripe-events', event(id)));
	void first;
	const count = effectsOf(world, id);
	const state = await stateOf(world, 'stripe-events', id);
	const statuses = answers.map(({ status }) => status);
	const doubt = answers.some(({ body }) => body.includes('once-in-doubt'));
	return {
		what: `killed ${point.when === 'asked' ? 'while the call was under way' : point.when === 'done' ? 'after the call was done, before its answer' : `${point.when} "${point.node}"`}${reached ? '' : ' (never reached)'}`,
		effects: count,
		answers: tally(statuses),
		state,
		violations: judge({ effects: count, state, told: doubt, reached }),
	};
}
