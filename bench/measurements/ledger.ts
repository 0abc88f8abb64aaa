import { deskHtml, gatherDesk } from '../../app/desk';
import type { Ledger } from '../../app/ledger/api';
import { observeRelease } from '../../app/watch/observe';
import { verifySince } from '../../app/watch/chain';
import type { DeliveryRef } from '../../core/delivery/types';
import type { TokenRef } from '../../core/delivery/record';
import type { ChainMark } from '../../core/stability/documents';
import { type GrownLedger, openGrownPostgres, openGrownSqlite } from '../databases/grown';
import { type Past, pastOf } from '../databases/past';
import { serverName } from '../databases/postgres-server';
import { benchSpine, registrationsOf } from '../databases/rows';
import { type Contestant, ratioOf, type Samples, shown, timed } from '../harness/rounds';
import type { BenchOptions, Goal, Measurement, Table } from '../harness/types';
import { count, inDatabases, msOf } from './histories';

const stores = [
	['SQLite', openGrownSqlite],
	['Postgres', openGrownPostgres],
] as const;

const day = 86_400_000;

/** Most of a ratio between ten million and a million that counts as flat. */
const FLAT = 1.2;

/** Steps of the ledger that are timed, in the order of the table. */
const steps = [
	'register',
	'hand-out',
	'claim',
	'confirm',
	'commit',
	'sweep',
	'look',
	'verify since the last head',
	'desk page',
	'prune, a page',
] as const;
type Step = (typeof steps)[number];

interface Sizes {
	/** Deliveries of the past. */
	readonly histories: readonly number[];
	readonly perSlot: number;
	readonly batch: number;
	readonly rounds: number;
}

function sizesOf({ quick, large, rounds = 5 }: BenchOptions): Sizes {
	// A slot has room for what the rounds take out of it: three batches each, and the round that warms up.
	if (quick) return { histories: [0, 2_000, 4_000], perSlot: 50, batch: 8, rounds: 1 };
	const histories = [0, 1_000_000, ...(large ? [10_000_000] : [])];
	return { histories, perSlot: 25_000, batch: 1_000, rounds };
}

/** One grown ledger, with what its rounds take and leave. */
class Run {
	private mark: ChainMark | null = null;
	private fresh = 0;

	constructor(
		readonly grown: GrownLedger,
		private readonly past: Past,
		private readonly batch: number,
	) {}

	private get ledger(): Ledger {
		return this.grown.ledger;
	}

	/** Owes the open slot to everybody, and looks at the chain for the first time. */
	async begin(): Promise<void> {
		await this.ledger.deliveries.register(this.registrations(this.past.perSlot));
		await this.verify();
	}

	private registrations(size: number) {
		const { id, opensAt, closesAt, index } = this.past.open;
		return registrationsOf(id, size, Date.now()).map((one) => ({
			...one,
			opensAt,
			closesAt,
			cadenceIndex: index,
		}));
	}

	/** The next contacts that nobody knows, behind all others. */
	newcomers(): ReturnType<Run['registrations']> {
		return this.registrations(this.batch).map((one) => {
			this.fresh += 1;
			const recipient = `9${String(this.fresh).padStart(8, '0')}`;
			return { ...one, ref: { ...one.ref, recipient } };
		});
	}

	async register(owed: ReturnType<Run['registrations']>): Promise<void> {
		await this.ledger.deliveries.register(owed);
	}

	async handOut(): Promise<readonly DeliveryRef[]> {
		const found = await this.ledger.deliveries.unsent(benchSpine, 'live', this.batch);
		return whole(
			found.map(({ ref }) => ref),
			this.batch,
		);
	}

	async claim(refs: readonly DeliveryRef[]): Promise<readonly TokenRef[]> {
		const claims = await this.ledger.deliveries.claim(
			refs.map((ref) => ({ ref })),
			'bench',
		);
		const held = claims.flatMap((claim, at) => {
			const ref = refs[at];
			return ref !== undefined && claim.status === 'granted' ? [{ ref, token: claim.token }] : [];
		});
		return whole(held, this.batch);
	}

	async confirm(held: readonly TokenRef[]): Promise<void> {
		const results = await this.ledger.deliveries.confirm(held);
		whole(
			results.filter(({ status }) => status === 'send'),
			this.batch,
		);
	}

	async commit(held: readonly TokenRef[]): Promise<void> {
		const results = await this.ledger.deliveries.commit(
			held.map((one) => ({
				...one,
				provider: 'postmark',
				providerMessageId: `${String(Math.random()).slice(2)} ${one.ref.recipient}`,
			})),
		);
		whole(
			results.filter(({ status }) => status === 'committed'),
			this.batch,
		);
	}

	async sweep(): Promise<void> {
		await this.ledger.deliveries.sweep(benchSpine);
	}

	async look(): Promise<void> {
		const spine = await this.ledger.spines.get(benchSpine);
		const watched = {
			release: 'bench',
			shippedAt: this.past.open.opensAt - 2 * day,
			cadenceShiftExplained: false,
		};
		const outside = { metrics: [], reports: {}, brokenFeatures: [], messages: null, unread: [] };
		const ports = { ledger: this.ledger, directory: null, now: Date.now, by: 'bench' };
		const { observation, mark } = await observeRelease(ports, spine, watched, outside, this.mark);
		this.mark = mark;
		const unread = observation.sources.filter(({ readable }) => !readable);
		if (observation.chain !== 'intact' || unread.length > 0) throw new Error(JSON.stringify(unread));
	}

	async verify(): Promise<void> {
		const { chain, mark, problem } = await verifySince(this.ledger.events, this.mark ?? this.past.head, 0);
		if (chain !== 'intact') throw new Error(`The chain does not hold: ${problem}`);
		this.mark = mark;
	}

	async desk(): Promise<void> {
		const links = { forms: { act: 'a', approve: 'b', release: 'c', rollBack: 'd' }, report: null, self: '/' };
		deskHtml(await gatherDesk({ ledger: this.ledger, now: Date.now, workflows: null }), links);
	}

	/** Removes one batch of the oldest deliveries, as the first run over a past that is over its retention does. */
	async prune(): Promise<void> {
		const [oldest] = this.past.slots;
		const deliveriesMs = oldest === undefined ? 400 * day : Date.now() - oldest.closesAt - day / 2;
		const retention = { inputsMs: 30 * day, eventsMs: 4_000 * day, most: this.batch };
		const done = await this.ledger.prune({ ...retention, deliveriesMs });
		if (done.inputs + done.deliveries !== this.batch) throw new Error(JSON.stringify(done));
	}
}

function whole<Item>(items: readonly Item[], batch: number): readonly Item[] {
	if (items.length !== batch) throw new Error(`${items.length} of ${batch} came back.`);
	return items;
}

/** Each step of a batch; what it needs is made ready before, untimed. */
function contestantsOf(run: Run, history: number): readonly Contestant[] {
	const timing = <Ready>(
		step: Step,
		ready: () => Promise<Ready>,
		work: (given: Ready) => Promise<unknown>,
	): Contestant => {
		let given: Ready;
		return {
			name: `${step}@${history}`,
			prepare: async () => {
				given = await ready();
				await run.grown.rest();
			},
			run: () => timed(() => work(given)),
		};
	};
	const none = async (): Promise<void> => undefined;
	const claimed = async (): Promise<readonly TokenRef[]> => run.claim(await run.handOut());
	return [
		timing(
			'register',
			async () => run.newcomers(),
			(owed) => run.register(owed),
		),
		timing('hand-out', none, () => run.handOut()),
		timing(
			'claim',
			() => run.handOut(),
			(refs) => run.claim(refs),
		),
		timing('confirm', claimed, (held) => run.confirm(held)),
		timing(
			'commit',
			async () => {
				const held = await claimed();
				await run.confirm(held);
				return held;
			},
			(held) => run.commit(held),
		),
		timing('sweep', none, () => run.sweep()),
		timing('look', none, () => run.look()),
		// So that every look at the chain finds the events of one batch.
		timing(
			'verify since the last head',
			async () => {
				await run.verify();
				await run.register(run.newcomers());
			},
			() => run.verify(),
		),
		timing('desk page', none, () => run.desk()),
		...(history === 0 ? [] : [timing('prune, a page', none, () => run.prune())]),
	];
}

function tableOf(
	store: string,
	{ histories, batch }: Sizes,
	samples: Samples,
	bytes: readonly number[],
): Table {
	const ms = (step: Step, history: number): string =>
		samples.has(`${step}@${history}`) ? msOf(samples, `${step}@${history}`) : '';
	return {
		title: `${store}, ms, batches of ${count(batch)}`,
		columns: ['step', ...histories.map((history) => `${count(history)} deliveries of the past`)],
		rows: [
			...steps.map((step) => [step, ...histories.map((history) => ms(step, history))]),
			['size of the database, MB', ...bytes.map((size) => shown(size / 1e6))],
		],
	};
}

/** Held to the history before the largest, where that has one at all. */
function goalsOf(store: string, { histories }: Sizes, samples: Samples): readonly Goal[] {
	const [before = 0, most = 0] = histories.slice(-2);
	if (before === 0) return [];
	return steps.map((step) => ({
		what: `${store}: ${step}, ${count(most)} deliveries of the past against ${count(before)} (flat)`,
		measured: ratioOf(samples, `${step}@${most}`, `${step}@${before}`),
		bound: { most: FLAT },
		unit: 'x',
	}));
}

/** What the ledger does every day, at no past, a million and ten million deliveries. */
export const ledger: Measurement = {
	name: 'ledger',
	title: 'The ledger as it grows',
	run: async (options) => {
		const sizes = sizesOf(options);
		const tables: Table[] = [];
		const goals: Goal[] = [];
		for (const [store, open] of stores) {
			const bytes: number[] = [];
			const began = Date.now();
			const samples = await inDatabases(
				sizes.histories,
				async (history) => {
					const past = pastOf(history / sizes.perSlot, sizes.perSlot, Date.now());
					const run = new Run(await open(past), past, sizes.batch);
					await run.begin();
					bytes.push(await run.grown.size());
					return { run, close: () => run.grown.close() };
				},
				({ run }, history) => contestantsOf(run, history),
				sizes.rounds,
				(history) =>
					options.say(
						`${store}: ${count(history)} deliveries of the past are in place after ${Math.round((Date.now() - began) / 1000)} s`,
					),
			);
			tables.push(tableOf(store, sizes, samples, bytes));
			goals.push(...goalsOf(store, sizes, samples));
		}
		return { tables, goals, notes: notesOf(sizes, await serverName()) };
	},
};

const notesOf = ({ perSlot, batch }: Sizes, server: string): readonly string[] => [
	`${server}, and node:sqlite ${process.versions.sqlite ?? ''}, both flushing every commit; every past is a database of its own, and all of them are measured in the same rounds, after a checkpoint each.`,
	`The past is as the ledger leaves it under the defaults of *Prune*: one slot a day of the same ${count(perSlot)} recipients, all delivered and settled, with message ids in random order, frozen inputs of the last thirty days, and the events of batches of ${count(batch)} with two digests for each delivery. The open slot is owed to all of them; each round takes three batches out of it. HubSpot is written to by the workflow (\`writeBack: output\`), so the outbox is empty.`,
	'A look is what the stabilization check reads of a release that was shipped two days ago, with a baseline of thirty days. Verify since the last head seals and walks what one batch has written since. A page of prune removes one batch of the oldest deliveries with their message ids.',
	'Goals stand beside a run with `--large` only: ten million against a million. A past of nothing is another thing, since a look then has no baseline.',
];
