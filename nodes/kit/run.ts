import type {
	IBinaryData,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import type { ItemJson } from '../../core/delivery/fields';
import type { ReleaseGateError } from '../../core/errors';
import { toGateError } from '../../core/errors/unknown';
import { type ItemOutputs, type ItemPatch, overItems } from './items';
import { originOf } from './origin';
import { Parameters, unreadable } from './parameters';

/** What an operation works with: one input item at a time. */
export interface OperationContext<Ports> {
	readonly ctx: IExecuteFunctions;
	/** What the use case works with, opened once for the run. */
	readonly ports: Ports;
	readonly index: number;
	readonly json: ItemJson;
	/** The item itself, with its links. */
	readonly item: INodeExecutionData;
	readonly parameters: Parameters;
	/** Who asks, for events: execution and node. */
	readonly by: string;
	/** Shown below the output when the node is done; the same sentence once. */
	readonly hint: (message: string) => void;
}

/** What an operation puts out for an item: a record of its own, or the item with something merged over it. */
export interface OperationResult {
	readonly output: number;
	readonly json: object;
	readonly binary?: Readonly<Record<string, IBinaryData>>;
	/** Whether `json` is merged over the item's; a record of its own if absent. */
	readonly merged?: true;
}

/** One operation, one file: its entry in the list, its parameters, and what it does for one item. */
export interface Operation<Ports> {
	readonly option: INodePropertyOptions;
	readonly description: INodeProperties[];
	/** What to put out for the item. Catalogue errors it throws concern this item. */
	readonly execute: (context: OperationContext<Ports>) => Promise<readonly OperationResult[]>;
}

/** How a run goes over its items. */
export interface RunOptions<Ports> {
	readonly outputs: number;
	/** Opens what the operation works with. `progress`: what was done so far, told if the run stops. */
	readonly open: (progress: (sentence: string) => void) => Promise<Ports>;
	/** Whether it runs once for all input items. */
	readonly once?: boolean;
	/**
	 * Puts out an item that could not be served, instead of ending the run. Without it such an item throws, unless
	 * the node continues on fail; then it leaves on the harmless output with the reason.
	 */
	readonly failed?: (error: ReleaseGateError) => OperationResult;
}

const putOut = (out: ItemOutputs, index: number, { output, json, binary, merged }: OperationResult): void => {
	if (merged) out.put(output, index, json as ItemPatch);
	else out.record(output, index, json, binary);
};

/** Says that the operation a workflow asks for does not exist. */
export const noSuchOperation = (): ReleaseGateError => unreadable('Operation', 'there is no such operation');

/**
 * Runs `work` over the input items, one at a time: the one runner of operations that do. One list per output.
 */
export async function forEachItem<Ports>(
	ctx: IExecuteFunctions,
	{ outputs, open, once = false, failed }: RunOptions<Ports>,
	work: (context: OperationContext<Ports>) => Promise<readonly OperationResult[]>,
): Promise<INodeExecutionData[][]> {
	const hints = new Set<string>();
	const by = originOf(ctx);
	let progress = '';
	const lists = await overItems(ctx, outputs, async (out) => {
		let ports: Ports;
		try {
			ports = await open((sentence) => (progress = sentence));
		} catch (error) {
			if (!failed || !ctx.continueOnFail()) throw toGateError(error);
			for (const index of out.items.keys()) putOut(out, index, failed(toGateError(error)));
			return;
		}
		for (const [index, item] of out.items.entries()) {
			if (once && index > 0) break;
			const parameters = new Parameters(ctx, index);
			const hint = (message: string): void => void hints.add(message);
			try {
				const results = await work({ ctx, ports, index, item, json: item.json, parameters, by, hint });
				for (const result of results) putOut(out, index, result);
			} catch (error) {
				if (progress !== '') hint(`Stopped after: ${progress} Run it again to go on from there.`);
				if (failed) putOut(out, index, failed(toGateError(error)));
				else out.misconfigured(index, error);
			}
		}
	});
	if (progress !== '') hints.add(progress);
	for (const message of hints) ctx.addExecutionHints({ message, type: 'info', location: 'outputPane' });
	return lists;
}
