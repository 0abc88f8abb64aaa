import { NodeApiError, NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import { toGateError } from '../../core/errors/unknown';

/**
 * Any thrown value as the error n8n shows: the catalogue's message, and its remedy as the description.
 * `itemIndex` marks the item it is about (0-based); leave it out for what concerns the whole batch.
 */
export function toNodeError(
	ctx: Pick<IExecuteFunctions, 'getNode'>,
	error: unknown,
	itemIndex?: number,
): NodeOperationError | NodeApiError {
	if (error instanceof NodeOperationError || error instanceof NodeApiError) return error;
	const known = toGateError(error);
	return new NodeOperationError(ctx.getNode(), known.message, {
		description: known.remedy,
		...(itemIndex === undefined ? {} : { itemIndex }),
	});
}
