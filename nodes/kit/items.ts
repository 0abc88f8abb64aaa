import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ReleaseGateError } from '../../core/errors';
import { toGateError } from '../../core/errors/unknown';
import { toNodeError } from './errors';
import { adviseOnSettings } from './settings-hints';

/**
 * What a node says about one item, in `json.releaseGate`. Never in a field called `error`: n8n re-runs a whole node
 * with Retry On Fail when the first item of output 0 carries one.
 */
export interface ItemReport {
	/** What became of the item, e.g. `held`, `refused`, `granted`, `failed`. */
	readonly status: string;
	/** Machine-readable, e.g. `minimum-gap` or the code of a catalogue error. */
	readonly reason?: string;
	readonly message?: string;
	readonly remedy?: string;
	readonly [detail: string]: unknown;
}

/** Fields merged over the item's json. */
export interface ItemPatch {
	readonly delivery?: object;
	readonly releaseGate?: ItemReport;
	readonly [field: string]: unknown;
}

/** Output 0 of every node is the harmless branch: held, stop, refused, hold, off. */
export const HARMLESS = 0;

/** The report of an error of the catalogue. */
export function reportOf(error: ReleaseGateError, status = 'refused'): ItemReport {
	return { status, reason: error.code, message: error.message, remedy: error.remedy };
}

/**
 * The item with `patch` merged over its json, linked to the input item it came from. A field `error` of the input
 * (left by an error output) is kept as `failure`, because n8n takes one on output 0 for a failed node.
 */
export function outputItem(
	input: INodeExecutionData | undefined,
	itemIndex: number,
	patch: ItemPatch = {},
): INodeExecutionData {
	const json = input?.json ?? {};
	return {
		json: json.error === undefined ? { ...json, ...(patch as IDataObject) } : failed(json, patch),
		...(input?.binary === undefined ? {} : { binary: input.binary }),
		pairedItem: { item: itemIndex },
	};
}

function failed({ error, ...json }: IDataObject, patch: ItemPatch): IDataObject {
	return { ...json, failure: json.failure ?? error, ...(patch as IDataObject) };
}

/** Collects the outputs of one run of a node. Within an output, items keep the order of the input. */
export class ItemOutputs {
	private readonly slots: {
		readonly output: number;
		readonly item: INodeExecutionData;
		readonly index: number;
	}[] = [];

	private readonly settled = new Set<number>();

	constructor(
		private readonly ctx: Pick<IExecuteFunctions, 'continueOnFail' | 'getNode'>,
		readonly items: readonly INodeExecutionData[],
		private readonly outputs: number,
	) {}

	/** Whether the item has left on some output. */
	has(itemIndex: number): boolean {
		return this.settled.has(itemIndex);
	}

	/** Sends the item to an output, with `patch` merged over its json. */
	put(output: number, itemIndex: number, patch: ItemPatch = {}): void {
		this.add(output, itemIndex, outputItem(this.items[itemIndex], itemIndex, patch));
	}

	/** Sends an item of its own (a record that is not an input item), linked to `itemIndex`. */
	record(
		output: number,
		itemIndex: number,
		json: object,
		binary?: Readonly<Record<string, IBinaryData>>,
	): void {
		this.add(output, itemIndex, {
			json: json as IDataObject,
			...(binary === undefined ? {} : { binary: { ...binary } }),
			pairedItem: { item: itemIndex },
		});
	}

	/** Sends one item for several input items, linked to all of them. */
	join(output: number, itemIndexes: readonly [number, ...number[]], json: IDataObject): void {
		const [first] = itemIndexes;
		for (const index of itemIndexes) this.settled.add(index);
		this.add(output, first, { json, pairedItem: itemIndexes.map((item) => ({ item })) });
	}

	/** One item that cannot be served, for a reason that lies in its data: leaves on the harmless output. Never throws. */
	refuse(itemIndex: number, report: ItemReport | ReleaseGateError, patch: ItemPatch = {}): void {
		const said = report instanceof Error ? reportOf(report) : report;
		this.put(HARMLESS, itemIndex, { ...patch, releaseGate: said });
	}

	/**
	 * One item that cannot be served because the node is set up wrongly: throws, unless the node continues on fail;
	 * then the item leaves on the harmless output.
	 */
	misconfigured(itemIndex: number, error: unknown): void {
		if (!this.ctx.continueOnFail()) throw toNodeError(this.ctx, error, itemIndex);
		this.refuse(itemIndex, toGateError(error));
	}

	/** The whole batch cannot be served: throws, unless the node continues on fail; then what is left leaves harmlessly. */
	abandon(error: unknown): void {
		if (!this.ctx.continueOnFail()) throw toNodeError(this.ctx, error);
		const said = reportOf(toGateError(error));
		this.items.forEach((_item, index) => {
			if (!this.has(index)) this.refuse(index, said);
		});
	}

	/** One list per output. */
	finish(): INodeExecutionData[][] {
		const lists = Array.from({ length: this.outputs }, () => [] as INodeExecutionData[]);
		const ordered = [...this.slots].sort((a, b) => a.index - b.index);
		for (const { output, item } of ordered) lists[output]?.push(item);
		return lists;
	}

	private add(output: number, index: number, item: INodeExecutionData): void {
		this.settled.add(index);
		this.slots.push({ output, item, index });
	}
}

/**
 * Runs a node's work over its input items and hands out one list per output. What `work` throws concerns the batch:
 * it becomes an n8n error, or, when the node continues on fail, a report on each item that has not left yet.
 */
export async function overItems(
	ctx: IExecuteFunctions,
	outputs: number,
	work: (out: ItemOutputs) => Promise<void>,
): Promise<INodeExecutionData[][]> {
	const out = new ItemOutputs(ctx, ctx.getInputData(), outputs);
	adviseOnSettings(ctx, outputs);
	try {
		await work(out);
	} catch (error) {
		out.abandon(error);
	}
	return out.finish();
}
