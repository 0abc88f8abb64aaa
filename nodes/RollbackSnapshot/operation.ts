import type {
	IBinaryData,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import { gateError } from '../../core/errors';
import type { Rooms } from '../../app/snapshot/ports';
import { overItems } from '../kit/items';
import { roomsOf } from './rooms';

/** Output for what was not done or did not hold; errors of n8n land here too. */
export const REFUSED = 0;
export const DONE = 1;

/** What an operation works with: one input item at a time. */
export interface OperationContext {
	readonly ctx: IExecuteFunctions;
	readonly rooms: Rooms;
	readonly index: number;
	/** Shown below the output when the node is done. */
	readonly hint: (message: string) => void;
}

/** What an operation puts out. */
export interface OperationResult {
	readonly output: typeof REFUSED | typeof DONE;
	readonly json: object;
	readonly binary?: Readonly<Record<string, IBinaryData>>;
}

/** One operation, one file: its entry in the list, its parameters, and what it does. */
export interface Operation {
	readonly option: INodePropertyOptions;
	readonly description: INodeProperties[];
	/** Set where it works on the ledger alone. */
	readonly local?: true;
	/** Whether it runs once for all input items. */
	readonly once?: (ctx: IExecuteFunctions) => boolean;
	readonly execute: (context: OperationContext) => Promise<readonly OperationResult[]>;
}

/** Runs an operation over the input items. Outputs: refused (0), done (1). */
export async function runOperation(
	ctx: IExecuteFunctions,
	operation: Operation | undefined,
): Promise<INodeExecutionData[][]> {
	const hints = new Set<string>();
	let progress = '';
	const binaries: { readonly json: object; readonly binary: Readonly<Record<string, IBinaryData>> }[] = [];
	const outputs = await overItems(ctx, 2, async (out) => {
		if (!operation)
			throw gateError('parameter-unreadable', {
				parameter: 'Operation',
				reason: 'there is no such operation',
			});
		const rooms = await roomsOf(ctx, (sentence) => (progress = sentence), operation.local === true);
		const once = operation.once?.(ctx) ?? false;
		for (const index of out.items.keys()) {
			if (once && index > 0) break;
			try {
				const results = await operation.execute({ ctx, rooms, index, hint: (text) => hints.add(text) });
				for (const { output, json, binary } of results) {
					out.record(output, index, json);
					if (binary) binaries.push({ json, binary });
				}
			} catch (error) {
				if (progress !== '') hints.add(`Stopped after: ${progress} Run it again to go on from there.`);
				out.misconfigured(index, error);
			}
		}
	});
	for (const item of outputs.flat()) {
		const found = binaries.find(({ json }) => json === item.json);
		if (found) item.binary = { ...found.binary };
	}
	if (progress !== '') hints.add(progress);
	for (const message of hints) ctx.addExecutionHints({ message, type: 'info', location: 'outputPane' });
	return outputs;
}

/** A text parameter, trimmed. */
export function text({ ctx, index }: OperationContext, name: string): string {
	const value = ctx.getNodeParameter(name, index, '');
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** A text parameter that must not be empty. @throws `parameter-unreadable` */
export function needed(context: OperationContext, name: string, parameter: string): string {
	const value = text(context, name);
	if (value === '') throw gateError('parameter-unreadable', { parameter, reason: 'it is empty' });
	return value;
}

/** Names separated by commas or line ends. */
export const listOf = (value: string): readonly string[] => [
	...new Set(
		value
			.split(/[,\n]/)
			.map((name) => name.trim())
			.filter(Boolean),
	),
];

/** A JSON parameter, as text or as what an expression gave. @throws `parameter-unreadable` */
export function jsonOf({ ctx, index }: OperationContext, name: string, parameter: string): unknown {
	const value = ctx.getNodeParameter(name, index, '{}');
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value.trim() === '' ? '{}' : value);
	} catch (error) {
		throw gateError('parameter-unreadable', { parameter, reason: 'it is not JSON' }, error);
	}
}
