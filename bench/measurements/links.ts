import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	IPairedItemData,
	ISourceData,
} from 'n8n-workflow';
import { closeLedgers } from '../../nodes/kit/ledger';
import { type Earlier, RunLinks } from '../../nodes/kit/links';
import { LazyNodeTypes, PACKAGE_NAME, runWorkflow, type WorkflowJson } from '../../testbed/engine/n8n';
import {
	type Contestant,
	inRounds,
	medianOf,
	ratioOf,
	type Samples,
	shown,
	spreadOf,
} from '../harness/rounds';
import type { Measurement } from '../harness/types';
import * as nodes from '../n8n/nodes';
import { chain } from '../n8n/runs';

const timedNodes = ['Confirm', 'Commit'] as const;
type TimedNode = (typeof timedNodes)[number];

const before = "n8n's helper";
const now = 'our links';

/** `$getPairedItem` of n8n 1 and 2. */
type Helper = (node: string, source: ISourceData, link: IPairedItemData) => INodeExecutionData | undefined;

const isAmbiguous = (error: unknown): boolean =>
	(error as { context?: { type?: unknown } } | null)?.context?.type === 'paired_item_multiple_matches';

/** Asks as the package did before: the helper of one data proxy for all items, once for each item and node. */
function byHelper(ctx: IExecuteFunctions): RunLinks['earlier'] {
	const { $getPairedItem } = ctx.getWorkflowDataProxy(0) as unknown as { $getPairedItem: Helper };
	return (node, item): Earlier => {
		const paired = Array.isArray(item.pairedItem) ? item.pairedItem[0] : item.pairedItem;
		const link = typeof paired === 'number' ? { item: paired } : paired;
		const sources = ctx.getExecuteData().source?.main;
		const source = sources?.[link?.input ?? 0] ?? sources?.[0];
		if (link === undefined || !source) return { status: 'none' };
		try {
			return { status: 'found', item: $getPairedItem(node, source, link) };
		} catch (error) {
			return { status: isAmbiguous(error) ? 'ambiguous' : 'none' };
		}
	};
}

/** One of our nodes with a watch; while it runs, links are followed by n8n's helper if `helper` says so. */
function watched(name: string, helper: boolean, took: Map<string, number>): INodeType {
	const node = new LazyNodeTypes().getByNameAndVersion(`${PACKAGE_NAME}.${name}`);
	const own = Object.getOwnPropertyDescriptor(RunLinks.prototype, 'earlier') ?? {};
	return Object.assign(Object.create(node) as INodeType, {
		async execute(this: IExecuteFunctions) {
			const began = process.cpuUsage();
			if (helper) RunLinks.prototype.earlier = byHelper(this);
			try {
				return await node.execute?.call(this);
			} finally {
				const { user, system } = process.cpuUsage(began);
				took.set(this.getNode().name, (user + system) / 1_000);
				Object.defineProperty(RunLinks.prototype, 'earlier', own);
			}
		},
	});
}

/** A spine over items; what stands between the claim and the commit replaces `json` and loses the envelopes. */
const spineOver = (spine: string, items: number) =>
	chain(
		'bench-links',
		[
			nodes.configureSpine(spine, {}),
			nodes.makeItems(items, spine),
			nodes.registerItems(spine, items, {}),
			nodes.routeDeliveries,
			{ ...nodes.claimByEnvelope({}), name: 'Claim' },
			...['Write Text', 'Check Text', 'Render'].map(nodes.replaceJson),
			nodes.confirm,
			nodes.accept,
			nodes.commit,
		],
		{ Route: 1, Claim: 1, Confirm: 1 },
	);

let spines = 0;

/** Runs a spine to its end; what each of our nodes took, milliseconds of processor time. */
async function runSpine(items: number, file: string, helper: boolean): Promise<ReadonlyMap<string, number>> {
	const took = new Map<string, number>();
	const run = await runWorkflow(spineOver(`bench-${(spines += 1)}`, items) as unknown as WorkflowJson, {
		credentials: { releaseGateLedgerApi: { store: 'sqlite', file } },
		nodeTypes: Object.fromEntries(
			['idempotencyCheck', 'deliveryCommit'].map((name) => [
				`${PACKAGE_NAME}.${name}`,
				watched(name, helper, took),
			]),
		),
	});
	const committed = run.items('Commit', 1).length;
	if (run.error !== undefined || committed !== items)
		throw new Error(`${committed} of ${items} were committed: ${run.error?.message ?? 'no error'}`);
	return took;
}

/** Confirm and commit with envelopes found through the run's data, against n8n's own helper, which n8n 3 takes away. */
export const links: Measurement = {
	name: 'links',
	title: "Envelopes found by our own links against n8n's helper",
	run: async ({ quick, rounds: wanted, say }) => {
		const items = quick ? 200 : 10_000;
		const rounds = quick ? 1 : (wanted ?? 11);
		const folder = mkdtempSync(join(tmpdir(), 'rg-links-'));
		const file = join(folder, 'ledger.sqlite');
		// n8n-core keeps its own settings there.
		process.env.N8N_USER_FOLDER = folder;
		const samples = new Map<string, number[]>();
		const contestant = (name: string, helper: boolean): Contestant => ({
			name,
			run: async () => {
				const took = await runSpine(items, file, helper);
				let sum = 0;
				for (const node of timedNodes) {
					const one = took.get(node) ?? Number.NaN;
					sum += one;
					const key = `${node}, ${name}`;
					samples.set(key, [...(samples.get(key) ?? []), one]);
				}
				return sum;
			},
		});
		try {
			await inRounds([contestant(before, true), contestant(now, false)], rounds);
		} finally {
			await closeLedgers();
			rmSync(folder, { recursive: true, force: true });
		}
		const counted: Samples = new Map([...samples].map(([key, all]) => [key, all.slice(-rounds)]));
		say(`${rounds} rounds of ${items} items`);
		const ms = (node: TimedNode, how: string): string =>
			`${shown(medianOf(counted, `${node}, ${how}`))} (${spreadOf(counted, `${node}, ${how}`)})`;
		const ratio = (node: TimedNode): number => ratioOf(counted, `${node}, ${now}`, `${node}, ${before}`);
		return {
			tables: [
				{
					title: `SQLite, ${items.toLocaleString('en')} deliveries`,
					columns: ['node', "before: n8n's helper, ms", 'after: our links, ms', 'after / before'],
					rows: timedNodes.map((node) => [node, ms(node, before), ms(node, now), shown(ratio(node))]),
				},
			],
			goals: timedNodes.map((node) => ({
				what: `${node} of ${items.toLocaleString('en')} deliveries, our links against n8n's helper`,
				measured: ratio(node),
				bound: { most: 1.05 },
				unit: 'x',
			})),
			notes: [
				'The whole node in the n8n-core of this checkout, without a server: links, ledger and items. Three nodes between claim and confirm and one before commit replace what the items hold, so that each envelope is found through the links.',
				'Before: the same nodes, but each question for an earlier item goes to `$getPairedItem` of one data proxy, as it did until the package stopped using it.',
				'Milliseconds of processor time: what runs beside it on a busy machine is not counted.',
				'The ratio is the median of the ratios within each round.',
			],
		};
	},
};
