import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createTable } from '../../../testbed/n8n/data-tables';
import { ledgerDatabase } from '../../../testbed/n8n/queue';
import { publishWorkflow, saveWorkflow, type WorkflowFile } from '../../../testbed/n8n/workflows';
import { leaseMs, type OnceWorld } from '../world';
import { type Node, node, uniqueTable, type Way, ways } from './ways';

/** What became of one id that was asked for, something happened, and was asked for again. */
export interface Ending {
	readonly done: number;
	/** What the last call was answered. */
	readonly answer: Answer;
}

export type Answer = 'the first result' | 'held: in flight' | 'held: in doubt' | 'done' | 'nothing' | 'error';

/** How one way fared. */
export interface Fared {
	readonly way: string;
	/** Ids, how many calls asked for each at once, and how many ids were done more than once and never. */
	readonly race: {
		readonly ids: number;
		readonly calls: number;
		readonly twice: number;
		readonly never: number;
		/** How many calls were answered with which status; 0: not within 90 seconds. */
		readonly answers: Readonly<Record<number, number>>;
	};
	/** Asked for again when it was done. */
	readonly again: Ending;
	/** Asked for again while the first is under way. */
	readonly underWay: Ending;
	/** The worker is killed between the decision and the deed. */
	readonly killedBefore: Ending;
	/** The worker is killed after the deed, before its answer. */
	readonly killedAfter: Ending;
	/** The system behind refuses it (422), and takes it the next time. */
	readonly refused: Ending;
}

/** Rounds of so many ids, each round so many executions of the same ids at once. */
export const race = { rounds: 12, ids: 50, calls: 6 } as const;

/** How long a point may take to be reached. */
const reachMs = 60_000;

type Ends = { node: string; type: string; index: number }[];

/** A webhook that takes keys, the way, the deed for each key, and an answer when all is done. */
function workflowOf(way: Way, index: number, effects: string): WorkflowFile & { id: string } {
	const receive = node('Receive', 'n8n-nodes-base.webhook', 2, {
		httpMethod: 'POST',
		path: `ways/${index}`,
		responseMode: 'lastNode',
		responseData: 'allEntries',
		options: {},
	});
	const items = node('Items', 'n8n-nodes-base.code', 2, {
		jsCode: 'return $input.first().json.body.keys.map((key) => ({ json: { key } }));',
	});
	const deed = node(
		'Deed',
		'n8n-nodes-base.httpRequest',
		4.2,
		{
			method: 'POST',
			url: `${effects}/deeds`,
			sendBody: true,
			specifyBody: 'json',
			jsonBody: `={{ { way: ${index}, key: $json.key } }}`,
			options: { response: { response: { responseFormat: 'json' } } },
		},
		way.failed === undefined ? {} : { onError: 'continueErrorOutput' },
	);
	const nodes: Node[] = [receive, items, ...way.nodes, deed];
	const connections: Record<string, { main: Ends[] }> = {};
	const connect = (from: Node, output: number, to: Node): void => {
		const { main } = (connections[from.name] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output]?.push({ node: to.name, type: 'main', index: 0 });
	};
	nodes.slice(1).forEach((to, at) => {
		connect(nodes[at] as Node, to === deed ? way.output : 0, to);
	});
	const branch = (from: Node | undefined, output: number, to: Node | undefined): void => {
		if (from === undefined || to === undefined) return;
		nodes.push(to);
		connect(from, output, to);
	};
	branch(deed, 0, way.after);
	// The last node's answer is what leaves its first output; Complete Key's is the one for what is refused.
	branch(way.after, 1, way.after && node('Done', 'n8n-nodes-base.noOp', 1, {}));
	branch(deed, 1, way.failed);
	if (way.known !== undefined)
		branch(way.nodes.at(-1), way.known, node('Again', 'n8n-nodes-base.noOp', 1, {}));
	return {
		id: `once-way-${index}`,
		name: `Once by way ${index}`,
		nodes: nodes.map((one, at) => ({
			...one,
			id: randomUUID(),
			position: [at * 240, 0],
			...(one === receive ? { webhookId: randomUUID() } : {}),
		})),
		connections,
		settings: { executionOrder: 'v1' },
	} as unknown as WorkflowFile & { id: string };
}

function answerOf({ status, body }: { readonly status: number; readonly body: string }): Answer {
	if (body.includes('once-in-doubt')) return 'held: in doubt';
	if (body.includes('once-in-flight')) return 'held: in flight';
	if (body.includes('firstResult')) return 'the first result';
	if (status !== 200) return 'error';
	return body.includes('number') || body.includes('"key') ? 'done' : 'nothing';
}

/** One way in the running world. */
class Trial {
	constructor(
		private readonly world: OnceWorld,
		private readonly workflow: string,
		private readonly index: number,
	) {}

	private readonly post = (keys: readonly string[]) => this.world.post(`ways/${this.index}`, { keys });

	private done(key: string): number {
		return this.world.effects.done().filter((body) => body.way === this.index && body.key === key).length;
	}

	private async ending(key: string): Promise<Ending> {
		const answer = answerOf(await this.post([key]));
		return { done: this.done(key), answer };
	}

	private async untilHeard(): Promise<void> {
		for (const giveUpAt = Date.now() + reachMs; Date.now() < giveUpAt; await sleep(500)) {
			const { status } = await this.post([`first of ${this.index}`]);
			if (status === 200) return;
		}
		throw new Error(`Nobody listens to the webhook of way ${this.index}.`);
	}

	async race(): Promise<Fared['race']> {
		const { rounds, ids, calls } = race;
		// n8n fails at the very first concurrent use of Remove Duplicates, and takes a while to hear a new webhook: neither is
		// what is measured.
		await this.untilHeard();
		const asked: string[] = [];
		const statuses = new Map<number, number>();
		for (let round = 0; round < rounds; round += 1) {
			const keys = Array.from({ length: ids }, (_none, at) => `w${this.index}-${round}-${at}`);
			asked.push(...keys);
			const answers = await Promise.all(Array.from({ length: calls }, () => this.post(keys)));
			for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
		}
		return {
			ids: asked.length,
			calls,
			twice: asked.filter((key) => this.done(key) > 1).length,
			never: asked.filter((key) => this.done(key) === 0).length,
			answers: Object.fromEntries(statuses),
		};
	}

	async again(): Promise<Ending> {
		const key = `w${this.index}-again`;
		await this.post([key]);
		return await this.ending(key);
	}

	async underWay(): Promise<Ending> {
		const { effects } = this.world;
		const key = `w${this.index}-under-way`;
		const gates = { reached: () => {}, go: () => {} };
		const reached = new Promise<void>((resolve) => (gates.reached = resolve));
		const released = new Promise<void>((resolve) => (gates.go = resolve));
		effects.gate = async (when) => {
			if (when !== 'asked') return;
			effects.gate = null;
			gates.reached();
			await released;
		};
		const first = this.post([key]);
		try {
			await Promise.race([reached, failsAfter(reachMs, 'The deed was never asked for.')]);
			return await this.ending(key);
		} finally {
			effects.gate = null;
			gates.go();
			await first;
		}
	}

	/** Kills the worker that is at the point, and asks again when the lease is over. */
	private async killed(key: string, ambush: (strike: (pid: number | null) => Promise<void>) => void) {
		const { effects, house, lookout } = this.world;
		await house.ready();
		const struck = new Promise<void>((resolve) => {
			ambush(async (pid) => {
				await house.strike('kill worker', pid);
				resolve();
			});
		});
		const first = this.post([key]);
		try {
			await Promise.race([struck, failsAfter(reachMs, `The point for ${key} was never reached.`)]);
		} finally {
			lookout.leave();
			effects.gate = null;
		}
		await house.mend();
		await house.ready();
		await sleep(leaseMs);
		await first;
		return await this.ending(key);
	}

	killedBefore(decides: string): Promise<Ending> {
		return this.killed(`w${this.index}-killed-before`, (strike) =>
			this.world.lookout.lie({
				workflow: this.workflow,
				node: decides,
				when: 'after',
				strike: ({ pid }) => strike(pid),
			}),
		);
	}

	killedAfter(): Promise<Ending> {
		const { effects, lookout } = this.world;
		return this.killed(`w${this.index}-killed-after`, (strike) => {
			effects.gate = async (when) => {
				if (when !== 'done') return;
				effects.gate = null;
				await strike(lookout.lastProcess(['Deed']));
			};
		});
	}

	async refused(): Promise<Ending> {
		const { effects } = this.world;
		const key = `w${this.index}-refused`;
		effects.mood = 'refuses';
		await this.post([key]);
		effects.mood = 'takes';
		return await this.ending(key);
	}
}

const failsAfter = async (ms: number, what: string): Promise<never> => {
	await sleep(ms, undefined, { ref: false });
	throw new Error(what);
};

/** Plays every way in the same n8n, one after another. */
export async function playWays(world: OnceWorld, say: (fared: Fared) => void): Promise<readonly Fared[]> {
	const { house, effects, firstPort } = world;
	const { session } = house.main;
	const client = new Client({
		host: '127.0.0.1',
		port: firstPort + 2,
		user: 'postgres',
		database: ledgerDatabase,
	});
	await client.connect();
	await client.query(uniqueTable);
	await client.end();
	const all = ways(await createTable(session, 'once-keys'));
	const fared: Fared[] = [];
	for (const [index, way] of all.entries()) {
		const workflow = workflowOf(way, index, effects.url);
		await saveWorkflow(session, workflow);
		await publishWorkflow(session, workflow.id);
		const trial = new Trial(world, workflow.id, index);
		const one: Fared = {
			way: way.name,
			race: await trial.race(),
			again: await trial.again(),
			underWay: await trial.underWay(),
			refused: await trial.refused(),
			killedBefore: await trial.killedBefore(way.decides),
			killedAfter: await trial.killedAfter(),
		};
		say(one);
		fared.push(one);
	}
	return fared;
}
