import { setTimeout as sleep } from 'node:timers/promises';
import { runWorkflow, waitForExecution } from '../../testbed/n8n/executions';
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
	const all = await Promise.all(
		Array.from({ length: 100 }, () => world.post('once/stripe-events', event(id))),
	);
	const after = await world.post('once/stripe-events', event(id));
	const effects = effectsOf(world, id);
	const first = all.filter(({ status }) => status === 200).map(({ body }) => body);
	return {
		what: 'one event, posted 100 times at once',
		effects,
		answers: tally([...all, after].map(({ status }) => status)),
		state: await stateOf(world, 'stripe-events', id),
		violations: [
			...(effects === 1 ? [] : [`done ${effects} times`]),
			...(after.status === 200 && first.every((body) => body === after.body)
				? []
				: ['a later call was given another answer']),
		],
	};
}

/** The other templates, each run twice. */
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
	const ledger = await house.openLedger();
	await ledger.close();
	const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(new Date());
	await part(
		'the daily job, fired twice',
		'daily-job',
		day,
		(body) => body.day === day,
		async () =>
			tally([
				await byHand('daily-job', 'Start Every Morning'),
				await byHand('daily-job', 'Start Every Morning'),
			]),
	);
	await part(
		"the agent's tool, called twice",
		'refunds',
		'cus_1:in_1:20',
		(body) => body.customer === 'cus_1',
		async () => tally([await byHand('once-agent', 'Start')]),
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
