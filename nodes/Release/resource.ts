import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import type { Ledger } from '../../app/ledger/api';
import type { ServicePorts } from '../../app/release';
import { now } from '../kit/clock';
import { withLedger } from '../kit/ledger';
import { forEachItem, noSuchOperation, type OperationContext as KitContext } from '../kit/run';

/** What the operations work with: the ledger and the clock. */
export interface ReleasePorts extends ServicePorts {
	readonly ledger: Ledger;
}

/** What an operation works with: one input item at a time. */
export type OperationContext = KitContext<ReleasePorts>;

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

/** Runs an operation over the input items; one output, one or more records per item. */
export async function runOperation(
	ctx: IExecuteFunctions,
	operation: Operation | undefined,
): Promise<INodeExecutionData[][]> {
	const open = async (): Promise<ReleasePorts> => {
		if (operation === undefined) throw noSuchOperation();
		return { ledger: await withLedger(ctx), now };
	};
	return await forEachItem(ctx, { outputs: 1, open }, async (context) => {
		const records = (await operation?.execute(context)) ?? [];
		return records.map((json) => ({ output: 0, json }));
	});
}
