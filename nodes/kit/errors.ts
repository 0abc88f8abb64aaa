import { NodeApiError, NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import { gateError, ReleaseGateError } from '../../core/errors';

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Any thrown value as an error of the catalogue: unknown ones become `node-unexpected` and keep their cause. */
export function toGateError(error: unknown): ReleaseGateError {
	if (error instanceof ReleaseGateError) return error;
	return gateError('node-unexpected', { reason: sentence(error) }, error);
}

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
