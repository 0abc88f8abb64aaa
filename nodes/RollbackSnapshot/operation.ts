import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { SnapshotPorts } from '../../app/snapshot/ports';
import {
	forEachItem,
	noSuchOperation,
	type Operation as KitOperation,
	type OperationContext as KitContext,
} from '../kit/run';
import { portsOf } from './ports';

export type { OperationResult } from '../kit/run';

/** Output for what was not done or did not hold; errors of n8n land here too. */
export const REFUSED = 0;
export const DONE = 1;

/** What an operation works with: one input item at a time. */
export type OperationContext = KitContext<SnapshotPorts>;

/** One operation, one file: its entry in the list, its parameters, and what it does. */
export interface Operation extends KitOperation<SnapshotPorts> {
	/** Set where it works on the ledger alone. */
	readonly local?: true;
	/** Whether it runs once for all input items. */
	readonly once?: (ctx: IExecuteFunctions) => boolean;
}

/** Runs an operation over the input items. Outputs: refused (0), done (1). */
export async function runOperation(
	ctx: IExecuteFunctions,
	operation: Operation | undefined,
): Promise<INodeExecutionData[][]> {
	const open = async (progress: (sentence: string) => void): Promise<SnapshotPorts> => {
		if (operation === undefined) throw noSuchOperation();
		return await portsOf(ctx, progress, operation.local === true);
	};
	const once = operation?.once?.(ctx) ?? false;
	return await forEachItem(ctx, { outputs: 2, open, once }, async (context) => {
		return (await operation?.execute(context)) ?? [];
	});
}
