import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { gateError } from '../../core/errors';
import { Parameters } from '../kit/parameters';
import { forEachItem, type OperationContext, type OperationResult } from '../kit/run';
import { unreadable } from './answer';
import { namesInstance } from './instance-api';
import { type AuditChoices, choicesOf } from './parameters';

/** What an operation works with; `ports` are the choices of the run. */
export type AuditContext = OperationContext<AuditChoices>;

/**
 * Runs `work` for every input item, or `once`. An item that cannot be audited leaves at violated with the reason, and
 * the others go on. What concerns the whole batch (the policy, no n8n to `read` from) throws, unless the node continues on fail.
 */
export async function auditItems(
	ctx: IExecuteFunctions,
	work: (context: AuditContext) => Promise<readonly OperationResult[]>,
	{ once = false, reads = false }: { readonly once?: boolean; readonly reads?: boolean } = {},
): Promise<INodeExecutionData[][]> {
	const open = async (): Promise<AuditChoices> => {
		if (reads && !namesInstance(ctx)) throw gateError('audit-no-n8n');
		return choicesOf(new Parameters(ctx));
	};
	return await forEachItem(ctx, { outputs: 3, open, once, failed: unreadable }, work);
}
