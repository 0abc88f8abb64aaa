import type {
	IExecuteFunctions,
	INodeExecutionData,
	IPairedItemData,
	IRunExecutionData,
	ISourceData,
	ITaskData,
} from 'n8n-workflow';
import { gateError } from '../../core/errors';

/** The item of an earlier node that an item is linked to. */
export type Earlier =
	| { readonly status: 'found'; readonly item: INodeExecutionData | undefined }
	/** The links do not lead there, or were cut on the way. */
	| { readonly status: 'none' }
	/** They lead to several items of that node. */
	| { readonly status: 'ambiguous' };

/** How the items of a run are linked to those of the nodes before. */
export interface Links {
	/** Whether the node has run in this execution. */
	readonly executed: (node: string) => boolean;
	/** Whether pinned data stands for the node's output: somebody wrote it in the editor. */
	readonly pinned: (node: string) => boolean;
	/** The item of `node` that the input item at `index` is linked to. */
	readonly earlier: (node: string, item: INodeExecutionData, index: number) => Earlier;
}

type Sources = ReadonlyArray<ISourceData | null | undefined>;
type ResultData = Pick<IRunExecutionData['resultData'], 'runData' | 'pinData'>;
type Link = IPairedItemData;

const none: Earlier = { status: 'none' };
const ambiguous: Earlier = { status: 'ambiguous' };

const linksOn = (paired: INodeExecutionData['pairedItem'] | null): readonly Link[] => {
	if (paired === null || paired === undefined) return [];
	return (Array.isArray(paired) ? paired : [paired]).map((link) =>
		typeof link === 'number' ? { item: link } : link,
	);
};

/** n8n gives each input item exactly one link: to the output of the node before that it came from. */
const ownLink = (item: INodeExecutionData): Link | undefined => linksOn(item.pairedItem)[0];

/**
 * Follows item links through the data of the run, as n8n's own `$getPairedItem` did until n8n 3 took it away
 * (`resolvePairedItem` in n8n-workflow 2.40, `workflow-data-proxy`); `links.property.test.ts` holds both against each
 * other. A chain of single links is walked in a loop, and where links meet, each is followed once for the whole batch.
 */
export class RunLinks implements Links {
	private readonly joined = new Map<string, Map<string, Earlier>>();

	/**
	 * @param sources where each input of the running node came from
	 * @param pinsCount whether pinned data stands for nodes that have not run: in manual executions only
	 */
	constructor(
		private readonly result: ResultData,
		private readonly sources: Sources,
		private readonly pinsCount: boolean,
	) {}

	executed(node: string): boolean {
		return Object.hasOwn(this.result.runData, node) || this.pinOf(node) !== undefined;
	}

	pinned(node: string): boolean {
		return this.result.pinData !== undefined && Object.hasOwn(this.result.pinData, node);
	}

	earlier(node: string, item: INodeExecutionData): Earlier {
		const link = ownLink(item);
		const source = this.sources[link?.input ?? 0] ?? this.sources[0];
		if (link === undefined || !source) return none;
		return this.follow(node, source, link);
	}

	/** Whether the run holds what a source speaks of; if not, its data is not as this class expects it. */
	knows(source: ISourceData): boolean {
		return this.taskOf(source)?.data?.main?.[source.previousNodeOutput ?? 0] !== undefined;
	}

	private follow(node: string, start: ISourceData, first: Link): Earlier {
		let source = first.sourceOverwrite ?? start;
		let link = first;
		for (;;) {
			const task = this.taskOf(source);
			const output: ReadonlyArray<INodeExecutionData | undefined> | null | undefined =
				task?.data?.main?.[source.previousNodeOutput ?? 0];
			if (!output) return none;
			const item = output[link.item];
			if (source.previousNode === node) {
				return link.item >= output.length ? none : { status: 'found', item };
			}
			if (item === undefined) return none;
			const next = linksOn(item.pairedItem);
			const sources = task?.source ?? [];
			const [only] = next;
			if (only === undefined) return none;
			if (next.length > 1) return this.join(node, source, link, next, sources);
			if ((only.input ?? 0) >= sources.length) return none;
			const before = only.sourceOverwrite ?? sources[only.input ?? 0];
			if (!before) return none;
			source = before;
			link = only;
		}
	}

	/** Where several links leave one item: they must come to the same item of the node. */
	private join(
		node: string,
		{ previousNode, previousNodeOutput, previousNodeRun }: ISourceData,
		{ item }: Link,
		next: readonly Link[],
		sources: Sources,
	): Earlier {
		const known = this.joined.get(node) ?? new Map<string, Earlier>();
		this.joined.set(node, known);
		const place = `${previousNodeRun ?? 0}|${previousNodeOutput ?? 0}|${item}|${previousNode}`;
		const before = known.get(place);
		if (before !== undefined) return before;
		const results = next.flatMap((link): Earlier[] => {
			const input = link.input ?? 0;
			if (input >= sources.length) return [];
			const source = link.sourceOverwrite ?? sources[input];
			return [source ? this.follow(node, source, link) : none];
		});
		const found = results.filter((result) => result.status === 'found');
		const [one, ...others] = found;
		const answer =
			one === undefined
				? (results[0] ?? none)
				: others.some(({ item: other }) => other !== one.item)
					? ambiguous
					: one;
		known.set(place, answer);
		return answer;
	}

	private taskOf({ previousNode, previousNodeRun }: ISourceData): ITaskData | undefined {
		const { runData } = this.result;
		const runs: ReadonlyArray<ITaskData | undefined> = Object.hasOwn(runData, previousNode)
			? (runData[previousNode] ?? [])
			: [];
		const run = runs[previousNodeRun ?? 0];
		if (run !== undefined) return run;
		const pin = this.pinOf(previousNode);
		return pin && { data: { main: [pin] }, source: [], startTime: 0, executionTime: 0, executionIndex: 0 };
	}

	private pinOf(node: string): INodeExecutionData[] | undefined {
		return this.pinsCount ? this.result.pinData?.[node] : undefined;
	}
}

/** What `$('Node')` of n8n's expressions gives (docs.n8n.io, "Output of other nodes"). */
interface NodeOutput {
	readonly isExecuted?: boolean;
	readonly itemMatching?: (index: number) => INodeExecutionData | undefined;
}

const isAmbiguous = (error: unknown): boolean =>
	(error as { context?: { type?: unknown } } | null)?.context?.type === 'paired_item_multiple_matches';

/**
 * Follows item links by `$('Node').itemMatching(index)`, which n8n documents for every version. For where the run's
 * data cannot be read; one call per item and node, through one data proxy.
 */
class DocumentedLinks implements Links {
	constructor(private readonly outputOf: (node: string) => NodeOutput) {}

	executed(node: string): boolean {
		return this.outputOf(node).isExecuted === true;
	}

	/** The run's data cannot be read here: nobody can tell, so it may be. */
	pinned(): boolean {
		return true;
	}

	earlier(node: string, _item: INodeExecutionData, index: number): Earlier {
		const { itemMatching } = this.outputOf(node);
		if (typeof itemMatching !== 'function') throw gateError('linking-unavailable');
		try {
			return { status: 'found', item: itemMatching(index) };
		} catch (error) {
			return isAmbiguous(error) ? ambiguous : none;
		}
	}
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null;

/** The data of the run, which n8n-core keeps on every context of a node (`base-execute-context`, 1.x to 2.x). */
const resultOf = (ctx: IExecuteFunctions): ResultData | null => {
	const run: unknown = 'runExecutionData' in ctx ? ctx.runExecutionData : undefined;
	const result = isRecord(run) ? run.resultData : undefined;
	return isRecord(result) && isRecord(result.runData) ? (result as ResultData) : null;
};

/**
 * The links of the items that the running node was given; `null` where nothing ran before it. Throws
 * `linking-unavailable` where this n8n offers no way to follow them: then nothing may be held in silence.
 */
export function linksOf(ctx: IExecuteFunctions): Links | null {
	const sources: Sources = ctx.getExecuteData().source?.main ?? [];
	const [first] = sources.filter((source) => source !== null && source !== undefined);
	if (first === undefined) return null;
	const result = resultOf(ctx);
	if (result !== null) {
		const links = new RunLinks(result, sources, ctx.getMode() === 'manual');
		if (links.knows(first)) return links;
	}
	const { $ } = ctx.getWorkflowDataProxy(0) as { $?: (node: string) => NodeOutput };
	if (typeof $ !== 'function') throw gateError('linking-unavailable');
	return new DocumentedLinks($);
}
