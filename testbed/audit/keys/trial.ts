import type { IDataObject } from 'n8n-workflow';
import { auditInstance, parseAuditPolicy, parseWorkflow } from '../../../core/audit';
import type { Ledger } from '../../../app/ledger/api';
import { closeLedgers, ledgerAt } from '../../../nodes/kit/ledger';
import { LazyNodeTypes, runWorkflow, type WorkflowJson, type WorkflowRun } from '../../engine/n8n';
import { type Effects, type Mood, pointedAt, startEffects } from '../../standins/effects';
import { CountedNodes } from '../counted-nodes';
import type { SpineWorkflow } from '../spine';
import { complete } from '../world/accounts';
import { World } from '../world';
import { ACT_HOST, POLICY, SCOPE } from './base';
import type { KeyAttack } from './attacks';

/** What must never happen around a key. The last two are harms of silence. */
export type KeyHarm = 'done twice' | 'done unclaimed' | 'completed undone' | 'a key left open' | 'never done';

export interface KeyOutcome {
	readonly is: number;
	readonly does: string;
	readonly verdict: string;
	readonly harms: readonly KeyHarm[];
	readonly notRun?: string;
}

interface KeyWorld {
	readonly name: string;
	/** What the system behind does in each run. */
	readonly moods: readonly Mood[];
	readonly atOnce?: boolean;
	/** The second thing carries values nobody expects. */
	readonly odd?: boolean;
	/** A run before was cut off; whether it had done its work. */
	readonly cut?: 'before' | 'after';
}

const WORLDS: readonly KeyWorld[] = [
	{ name: 'the same three times', moods: ['takes', 'takes', 'takes'] },
	{ name: 'at once', moods: ['takes', 'takes'], atOnce: true },
	{ name: 'refused, then taken', moods: ['refuses', 'takes', 'takes'] },
	{ name: 'cut off, then taken', moods: ['hangs up', 'takes', 'takes'] },
	{ name: 'odd values', moods: ['takes', 'takes'], odd: true },
	{ name: 'a run before was cut off before the act', moods: ['takes', 'takes'], cut: 'before' },
	{ name: 'a run before was cut off after the act', moods: ['takes', 'takes'], cut: 'after' },
];

/** What comes to a workflow, each thing in a run of its own where a trigger gives one item. */
export interface Things {
	readonly items: readonly IDataObject[];
	readonly apart?: boolean;
	readonly scope: string;
	/** Keys of the things, for a run before that was cut off; absent where that is not played. */
	readonly keys?: readonly string[];
	/** What the act of each thing asks for. */
	readonly acts?: readonly IDataObject[];
}

const THINGS: readonly IDataObject[] = [
	{ id: 'a', kind: 'a', fits: true, age: 30, text: 'one', email: 'a@example.com' },
	{ id: 'b', kind: 'b', fits: false, age: 40, text: 'two', email: 'b@example.com' },
];
const OWN_THINGS: Things = {
	items: THINGS,
	scope: SCOPE,
	acts: THINGS.map(({ id }) => ({ externalNumber: id })),
};
const ODD: IDataObject = { age: 'unknown', text: null, fits: null };

const TYPES = new LazyNodeTypes();
/** Runs of nodes in one world after which nothing leaves any node: some workflows loop for ever. */
const MOST_STEPS = 150;
const FILE = ':memory:';
const LEASE = 15 * 60_000;
const policy = parseAuditPolicy(POLICY, 'what is asked');

/** Runs workflows around a key claim in n8n-core, with real nodes on a real ledger, and judges them from outside. */
export class KeyTrial {
	private ledger: Ledger | undefined;
	private effects: Effects | undefined;
	private readonly now = Date.now;
	private shift = 0;
	private readonly harms = new Set<KeyHarm>();
	private steps = 0;
	private things: Things = OWN_THINGS;
	private readonly counted = new CountedNodes({
		before: () => (this.steps += 1) <= MOST_STEPS,
		after: async () => await Promise.resolve(),
	});
	/** What reaches any other address: vendors of the world. */
	private readonly world = new World({
		mail: async () => await Promise.resolve({ status: 200 }),
		act: async () => await Promise.resolve(),
		contacts: async () => await Promise.resolve([]),
		wait: (ms) => void (this.shift += Math.min(ms, 24 * 3_600_000)),
	});

	static async start(): Promise<KeyTrial> {
		const trial = new KeyTrial();
		Date.now = () => trial.now() + trial.shift;
		await trial.world.start();
		return trial;
	}

	async stop(): Promise<void> {
		Date.now = this.now;
		await closeLedgers();
		await this.world.stop();
	}

	/** Plays one workflow through world after world until it does harm. */
	async play({ is, does, workflow, others = [] }: KeyAttack, given?: Things): Promise<KeyOutcome> {
		const verdict = keyVerdict(workflow, others);
		// The run that was cut off claimed its keys by `id`.
		const byId = workflow.nodes.some(({ parameters: { key } }) => key === 'id');
		this.things = given ?? { ...OWN_THINGS, ...(byId ? { keys: THINGS.map(({ id }) => id as string) } : {}) };
		try {
			for (const world of WORLDS) {
				if (world.cut !== undefined && this.things.keys === undefined) continue;
				await Promise.race([this.in(world, workflow), patience()]);
				if (this.harms.size > 0) break;
			}
		} catch (error) {
			return {
				is,
				does,
				verdict,
				harms: [],
				notRun: error instanceof Error ? (error.message.split('\n')[0] ?? '') : '',
			};
		}
		return { is, does, verdict, harms: [...this.harms] };
	}

	private async in(world: KeyWorld, given: SpineWorkflow): Promise<void> {
		this.harms.clear();
		this.steps = 0;
		await closeLedgers();
		const ledger = await ledgerAt({ store: 'sqlite', file: FILE });
		this.ledger = ledger;
		const effects = await startEffects();
		this.effects = effects;
		try {
			const text = JSON.stringify(pointedAt(given, effects.url)).replaceAll(ACT_HOST, effects.url);
			const workflow = complete(JSON.parse(text) as SpineWorkflow, TYPES);
			effects.gate = async (when) => {
				if (when === 'asked') await this.claimed();
			};
			if (world.cut !== undefined) await this.cutOff(world.cut);
			let stopped = false;
			const once = async (): Promise<void> => {
				const done = await this.run(workflow, world);
				stopped ||= done.error !== undefined;
			};
			if (world.atOnce === true) await Promise.all(world.moods.map(once));
			else {
				for (const mood of world.moods) {
					effects.mood = mood;
					await once();
					await this.judge(stopped);
					if (mood === 'hangs up') this.shift += LEASE + 1000;
				}
			}
			await this.judge(stopped);
			this.silence(world, stopped);
		} finally {
			await effects.close();
		}
	}

	private async run(workflow: SpineWorkflow, world: KeyWorld): Promise<WorkflowRun> {
		const items = this.things.items.map((thing, at) => ({
			...thing,
			...(at === 1 && world.odd === true ? ODD : {}),
		}));
		const start = workflow.nodes.filter(
			({ type, disabled }) => /Trigger$|\.webhook$/.test(type) && disabled !== true,
		);
		const batches = this.things.apart === true ? items.map((item) => [item]) : [items];
		let last: WorkflowRun | undefined;
		for (const { name } of start)
			for (const triggerItems of batches)
				last = await runWorkflow(workflow as unknown as WorkflowJson, {
					...this.world.options,
					credentials: this.world.credentials({ releaseGateLedgerApi: { store: 'sqlite', file: FILE } }),
					nodeTypes: this.counted.of(new Set(workflow.nodes.map(({ type }) => type))),
					startNode: name,
					triggerItems,
				});
		if (last === undefined) throw new Error('nothing starts it');
		return last;
	}

	/** A run that was killed, its lease over. */
	private async cutOff(when: 'before' | 'after'): Promise<void> {
		const terms = {
			scope: this.things.scope,
			leaseMs: 1,
			rememberMs: 1e9,
			whenUnknown: 'hold',
			owner: 'killed',
		} as const;
		await this.ledger?.keys.claim(
			terms,
			(this.things.keys ?? []).map((key) => ({ key, digest: null })),
		);
		this.shift += 10;
		if (when === 'after' && this.effects)
			for (const body of this.things.acts ?? [])
				await fetch(`${this.effects.url}/do`, { method: 'POST', body: JSON.stringify(body) });
		this.harms.clear();
	}

	private async rows() {
		return (await this.ledger?.keys.list({ scope: this.things.scope, limit: 100 })) ?? [];
	}

	/** At the moment of an act: some key is under way. */
	private async claimed(): Promise<void> {
		const held = (await this.rows()).some(({ state }) => state === 'claimed' || state === 'asking');
		if (!held) this.harms.add('done unclaimed');
	}

	private counts(): Map<string, number> {
		const counts = new Map<string, number>();
		for (const body of this.effects?.done() ?? []) {
			const what = JSON.stringify(body);
			counts.set(what, (counts.get(what) ?? 0) + 1);
		}
		return counts;
	}

	private async judge(stopped: boolean): Promise<void> {
		const counts = this.counts();
		if ([...counts.values()].some((count) => count > 1)) this.harms.add('done twice');
		const rows = await this.rows();
		if (rows.filter(({ state }) => state === 'done').length > counts.size) this.harms.add('completed undone');
		if (!stopped && rows.some(({ state }) => state === 'claimed' || state === 'asking'))
			this.harms.add('a key left open');
	}

	/** Nobody was told, and something was not done although it was taken each time. */
	private silence(world: KeyWorld, stopped: boolean): void {
		const untroubled = world.cut === undefined && world.moods.every((mood) => mood === 'takes');
		if (untroubled && !stopped && this.counts().size < this.things.items.length) this.harms.add('never done');
	}
}

/** How long one world may take, in ms: some workflows wait for what never comes. */
const PATIENCE = 30_000;

async function patience(): Promise<never> {
	await new Promise((resolve) => setTimeout(resolve, PATIENCE).unref());
	throw new Error('it did not come to an end');
}

/** What the audit says of a workflow around a key claim. */
export const keyVerdict = (workflow: SpineWorkflow, others: readonly SpineWorkflow[] = []): string =>
	auditInstance(
		[workflow, ...others].map((one) => parseWorkflow(one, one.name)),
		{ policy },
	)[0]?.verdict ?? 'no answer';
