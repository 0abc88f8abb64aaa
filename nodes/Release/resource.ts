import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import { gateError } from '../../core/errors';
import type { Ledger } from '../../app/ledger/api';
import { overItems } from '../kit/items';
import { withLedger } from '../kit/ledger';
import { textParameter as textOf } from '../kit/parameters';

/** What an operation works with: one input item at a time. */
export interface OperationContext {
	readonly ctx: IExecuteFunctions;
	readonly ledger: Ledger;
	readonly index: number;
	/** Who asks, for the event: execution and node. */
	readonly by: string;
}

/** One operation, one file: its entry in the list, its parameters, and what it does for one item. */
export interface Operation {
	readonly option: INodePropertyOptions;
	readonly description: INodeProperties[];
	/** The records to put out for the item. Catalogue errors it throws concern this item. */
	readonly execute: (context: OperationContext) => Promise<readonly object[]>;
}

/** A group of operations; a new one is one file and one line in `Release.node.ts`. */
export interface Resource {
	readonly option: INodePropertyOptions;
	readonly operations: Readonly<Record<string, Operation>>;
	/** Value of the operation that is preselected. */
	readonly first: string;
}

/**
 * Runs an operation over the input items; one output, one or more records per item. An item that cannot be served
 * throws, or, when the node continues on fail, comes back with the reason in `releaseGate`.
 */
export async function runOperation(
	ctx: IExecuteFunctions,
	operation: Operation | undefined,
): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 1, async (out) => {
		if (operation === undefined) {
			throw gateError('parameter-unreadable', {
				parameter: 'Operation',
				reason: 'there is no such operation',
			});
		}
		const ledger = await withLedger(ctx);
		const by = `execution ${ctx.getExecutionId()} / ${ctx.getNode().name}`;
		for (const index of out.items.keys()) {
			try {
				const records = await operation.execute({ ctx, ledger, index, by });
				for (const record of records) out.record(0, index, record);
			} catch (error) {
				out.misconfigured(index, error);
			}
		}
	});
}

/** A text parameter, trimmed. */
export function textParameter({ ctx, index }: OperationContext, name: string): string {
	return textOf(ctx, name, index);
}
