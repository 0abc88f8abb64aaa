import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { envelopeOf } from '../../../core/delivery/envelope';
import { parseDeliveryKey } from '../../../core/delivery/key';
import { findEnvelopes } from '../../../nodes/shared/envelope';
import { LazyNodeTypes, runWorkflow, type WorkflowJson } from '../../support/n8n';
import type { SpineWorkflow } from './spine';

/** What a workflow did that it must never do. */
export type Harm = 'sent-ungated' | 'sent-twice' | 'committed-early' | 'wrote-early' | 'rehearsal-sent';

/** What a run did: its harms with the scenario of each, and whether a claim stayed open (untidy, but no harm). */
export interface Deeds {
	readonly harms: ReadonlyMap<Harm, string>;
	readonly leftOpen: boolean;
}

/** How one run goes: which recipients are due, and what goes wrong. */
export interface Scenario {
	readonly name: string;
	readonly recipients: readonly Recipient[];
	/** Roles of nodes that throw as a whole. */
	readonly throws?: readonly string[];
	/** Every confirmation is refused. */
	readonly stop?: boolean;
	/** The workflow runs twice over the same ledger. */
	readonly again?: boolean;
}

interface Recipient {
	readonly id: string;
	readonly route: 'held' | 'live' | 'dry-run';
	readonly fits: boolean;
	/** What the provider does: takes it, refuses it, or takes it and answers with an error. */
	readonly provider: 'takes' | 'refuses' | 'takes-and-fails';
}

const person = (id: string, more: Partial<Recipient> = {}): Recipient => ({
	id,
	route: 'live',
	fits: true,
	provider: 'takes',
	...more,
});

const MIXED = [
	person('ann'),
	person('ben', { fits: false }),
	person('cas', { provider: 'refuses' }),
	person('dot', { provider: 'takes-and-fails' }),
	person('eve', { route: 'held' }),
	person('fay', { route: 'dry-run' }),
];
const CALM = [person('ann'), person('ben')];

/** The scenarios every mutant runs through; one that throws runs only when the mutant goes on after throws. */
export const SCENARIOS: readonly Scenario[] = [
	{ name: 'mixed, twice', recipients: MIXED, again: true },
	{ name: 'all live', recipients: CALM },
	{
		name: 'nobody live',
		recipients: [person('eve', { route: 'held' }), person('fay', { route: 'dry-run' })],
	},
	{ name: 'every confirmation refused', recipients: CALM, stop: true },
	{ name: 'nothing fits', recipients: [person('ben', { fits: false })] },
	{ name: 'the provider refuses all', recipients: [person('cas', { provider: 'refuses' })] },
	...['releaseGate', 'claim', 'confirm', 'commit', 'fail', 'set', 'if'].map((role) => ({
		name: `${role} throws`,
		recipients: MIXED,
		throws: [role],
	})),
];

interface Delivery {
	token: number;
	state: 'due' | 'claimed' | 'sending' | 'in-doubt' | 'committed';
	live: boolean;
	rehearsed: boolean;
	accepted: number;
}

/**
 * A recording ledger, provider and CRM: they keep the rules of the real ones (one claim, one confirmation, no commit
 * without a token) and note what the workflow did in spite of them.
 */
export class World {
	readonly harms = new Set<Harm>();
	private readonly deliveries = new Map<string, Delivery>();
	private steps = 0;
	private scenario: Scenario = { name: '', recipients: [] };
	private readonly servers: Server[] = [];
	private people = new Map<string, Recipient>();

	/** Starts the provider and the CRM on 127.0.0.1 and 127.0.0.3. Resolves to the provider's port; the CRM has the same. */
	async start(): Promise<number> {
		const open = async (host: string, port: number): Promise<number> => {
			const server = createServer((request, response) => {
				let body = '';
				request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
				request.on('end', () => {
					const { key } = JSON.parse(body || '{}') as { key?: string };
					const status = host === '127.0.0.3' ? this.crm(key ?? 'none') : this.provider(key ?? 'none');
					response.writeHead(status, { 'content-type': 'application/json' });
					response.end(JSON.stringify({ id: 'message', fits: true }));
				});
			});
			this.servers.push(server);
			await new Promise<void>((resolve) => server.listen(port, host, resolve));
			return (server.address() as AddressInfo).port;
		};
		const port = await open('127.0.0.1', 0);
		await open('127.0.0.3', port);
		return port;
	}

	async stop(): Promise<void> {
		await Promise.all(
			this.servers.map(async (server) => await new Promise((resolve) => server.close(resolve))),
		);
	}

	/** Forgets everything and begins a scenario. */
	begin(scenario: Scenario): void {
		this.scenario = scenario;
		this.harms.clear();
		this.deliveries.clear();
		this.people = new Map(scenario.recipients.map((one) => [one.id, one]));
		this.steps = 0;
	}

	private get(key: string): Delivery {
		let found = this.deliveries.get(key);
		if (!found) {
			found = { token: 0, state: 'due', live: false, rehearsed: false, accepted: 0 };
			this.deliveries.set(key, found);
		}
		return found;
	}

	private provider(key: string): number {
		const delivery = this.get(key);
		const person = this.person(key);
		if (delivery.rehearsed) this.harms.add('rehearsal-sent');
		else if (!delivery.live || !['sending', 'committed'].includes(delivery.state) || !person)
			this.harms.add('sent-ungated');
		if (delivery.accepted > 0) this.harms.add('sent-twice');
		if (person?.provider !== 'refuses') delivery.accepted += 1;
		return person?.provider === 'takes' ? 200 : 500;
	}

	private crm(key: string): number {
		if (this.get(key).state !== 'committed') this.harms.add('wrote-early');
		return 200;
	}

	/** Whether a claim or a confirmed send was left without commit or fail. */
	leavesOpen(): boolean {
		return [...this.deliveries.values()].some(({ state }) => state === 'claimed' || state === 'sending');
	}

	/** Whether the run has gone on for too long: then nothing leaves any node any more, and loops dry up. */
	private exhausted(): boolean {
		this.steps += 1;
		return this.steps > 60;
	}

	/** Whether a node of this role runs now; throws when the scenario says so. */
	private goes(role: string): boolean {
		if (this.exhausted()) return false;
		if (this.scenario.throws?.includes(role)) throw new Error(`${role} throws`);
		return true;
	}

	/** Node types by full name that record, to be given to the engine. */
	nodeTypes(): Record<string, INodeType> {
		const own = (
			name: string,
			outputs: number,
			act: (context: IExecuteFunctions) => INodeExecutionData[][],
		): INodeType => {
			const goes = (role: string): boolean => this.goes(role);
			return {
				description: {
					displayName: name,
					name,
					group: ['transform'],
					version: 1,
					description: '',
					defaults: { name },
					inputs: ['main'],
					outputs: Array.from({ length: outputs }, () => 'main' as const),
					properties: [{ displayName: 'Operation', name: 'operation', type: 'string', default: '' }],
				},
				async execute(this: IExecuteFunctions) {
					const operation = String(this.getNodeParameter('operation', 0, ''));
					const role = name === 'idempotencyCheck' || name === 'deliveryCommit' ? operation : name;
					return goes(role) ? act(this) : [[]];
				},
			};
		};
		return {
			'n8n-nodes-release-gate.dueDeliveries': own('dueDeliveries', 1, () => [this.due()]),
			'n8n-nodes-release-gate.releaseGate': own('releaseGate', 3, (context) => this.gate(context)),
			'n8n-nodes-release-gate.idempotencyCheck': own('idempotencyCheck', 3, (context) =>
				context.getNodeParameter('operation', 0) === 'confirm' ? this.confirm(context) : this.claim(context),
			),
			'n8n-nodes-release-gate.deliveryCommit': own('deliveryCommit', 2, (context) => this.settle(context)),
			...this.counted('n8n-nodes-base.set', 'set'),
			...this.counted('n8n-nodes-base.if', 'if'),
			...this.counted('n8n-nodes-base.httpRequest', 'http'),
			...this.counted('n8n-nodes-base.noOp', 'noOp'),
			...this.counted('n8n-nodes-base.splitInBatches', 'loop'),
			...this.counted('n8n-nodes-base.merge', 'merge'),
		};
	}

	/** The real node, with its runs counted, so that a mutant that loops for ever ends. */
	private counted(type: string, role: string): Record<string, INodeType> {
		const real = new LazyNodeTypes();
		const goes = (role: string): boolean => this.goes(role);
		const wrap = (node: INodeType): INodeType =>
			Object.assign<INodeType, Partial<INodeType>>(Object.create(node) as INodeType, {
				async execute(this: IExecuteFunctions) {
					if (!goes(role)) return [[]];
					return (await node.execute?.call(this)) ?? [[]];
				},
			});
		const { description } = real.getByName(type);
		const versioned = {
			description,
			nodeVersions: {},
			getNodeType: (version?: number) => wrap(real.getByNameAndVersion(type, version)),
		};
		return { [type]: versioned as unknown as INodeType };
	}

	private due(): INodeExecutionData[] {
		return this.scenario.recipients.map(({ id, fits, route }) => {
			const space = route === 'dry-run' ? 'dry-run:rehearsal' : 'live';
			const delivery = envelopeOf({ spine: 'content', space, slot: '2026-11-20', recipient: id });
			return { json: { fits, delivery: { ...delivery } }, pairedItem: { item: 0 } };
		});
	}

	private person(key: string | null): Recipient | undefined {
		try {
			return key === null ? undefined : this.people.get(parseDeliveryKey(key).recipient);
		} catch {
			return undefined;
		}
	}

	/** The items with what the real nodes would find of their envelopes: through item links, by the shared code. */
	private found(
		context: IExecuteFunctions,
		claimed = false,
	): { item: INodeExecutionData; key: string | null; token: number | null; index: number }[] {
		const items = context.getInputData();
		const envelopes = findEnvelopes(context, items, { claimed });
		return items.map((item, index) => {
			const result = envelopes[index];
			if (result?.status !== 'found') return { item, key: null, token: null, index };
			const { key, token } = result.envelope;
			return { item, key, token: token ?? null, index };
		});
	}

	private route(
		outputs: number,
		list: readonly {
			item: INodeExecutionData;
			key: string | null;
			index: number;
			output: number;
			token?: number | null;
		}[],
	): INodeExecutionData[][] {
		const result = Array.from({ length: outputs }, (): INodeExecutionData[] => []);
		for (const { item, key, index, output, token } of list) {
			const { error: _error, ...json } = item.json;
			const delivery =
				key === null ? json.delivery : { ...envelopeOf(parseDeliveryKey(key)), ...(token ? { token } : {}) };
			result[output]?.push({ json: { ...json, delivery }, pairedItem: { item: index } });
		}
		return result;
	}

	private gate(context: IExecuteFunctions): INodeExecutionData[][] {
		const list = this.found(context).map((one) => {
			const person = this.person(one.key);
			const output = person?.route === 'live' ? 1 : person?.route === 'dry-run' ? 2 : 0;
			if (one.key !== null && output === 1) this.get(one.key).live = true;
			if (one.key !== null && output === 2) this.get(one.key).rehearsed = true;
			return { ...one, output };
		});
		return this.route(3, list);
	}

	private claim(context: IExecuteFunctions): INodeExecutionData[][] {
		const list = this.found(context).map((one) => {
			if (one.key === null) return { ...one, output: 0 };
			const delivery = this.get(one.key);
			if (delivery.state === 'committed') return { ...one, output: 2 };
			if (delivery.state !== 'due') return { ...one, output: 0 };
			delivery.state = 'claimed';
			delivery.token += 1;
			return { ...one, output: 1, token: delivery.token };
		});
		return this.route(3, list);
	}

	private confirm(context: IExecuteFunctions): INodeExecutionData[][] {
		const list = this.found(context, true).map((one) => {
			const delivery = one.key === null ? undefined : this.get(one.key);
			const granted =
				delivery?.state === 'claimed' && delivery.token === one.token && this.scenario.stop !== true;
			if (granted) delivery.state = 'sending';
			else if (this.scenario.stop && delivery?.state === 'claimed') delivery.state = 'due';
			return { ...one, output: granted ? 1 : 0 };
		});
		return this.route(2, list);
	}

	private settle(context: IExecuteFunctions): INodeExecutionData[][] {
		const commits = context.getNodeParameter('operation', 0) === 'commit';
		const list = this.found(context, true).map((one) => {
			const delivery = one.key === null ? undefined : this.get(one.key);
			if (!delivery || one.token === null || one.token !== delivery.token) return { ...one, output: 0 };
			if (commits) {
				// Whatever the ledger itself would refuse: the graph is what is on trial here.
				if (delivery.accepted === 0 && !delivery.rehearsed && delivery.state !== 'committed') {
					this.harms.add('committed-early');
				}
				delivery.state = 'committed';
			} else if (delivery.state === 'claimed') {
				// Before a confirmation nothing can have left: it may be handed out again (core/delivery/machine/fail.ts).
				delivery.state = 'due';
			} else if (delivery.state === 'sending') delivery.state = 'in-doubt';
			return { ...one, output: 1 };
		});
		return this.route(2, list);
	}
}

/** Runs a workflow through every scenario that can matter, in the real engine, and tells every harm it did. */
export async function harmsOf(world: World, workflow: SpineWorkflow): Promise<Deeds> {
	const goesOn = workflow.nodes.some(
		({ onError, type }) =>
			onError !== undefined && onError !== 'stopWorkflow' && !type.endsWith('.httpRequest'),
	);
	const starts = workflow.nodes.filter(({ type, disabled }) => /Trigger$/.test(type) && disabled !== true);
	const harms = new Map<Harm, string>();
	let leftOpen = false;
	for (const scenario of SCENARIOS) {
		if (scenario.throws && !goesOn) continue;
		world.begin(scenario);
		for (const start of starts) {
			for (let time = 0; time < (scenario.again ? 2 : 1); time += 1) {
				await runWorkflow(workflow as unknown as WorkflowJson, {
					nodeTypes: world.nodeTypes(),
					startNode: start.name,
				}).catch((error: unknown) => {
					// A mutant n8n refuses to start does no harm; anything else is a fault of the test.
					if (!(error instanceof Error) || !/issue|endless loop|Destination node/.test(error.message))
						throw error;
				});
			}
		}
		leftOpen ||= world.leavesOpen();
		for (const harm of world.harms) if (!harms.has(harm)) harms.set(harm, scenario.name);
	}
	return { harms, leftOpen };
}
