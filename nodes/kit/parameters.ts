import type { IExecuteFunctions } from 'n8n-workflow';

/** A text parameter, trimmed; numbers are written out, anything else is empty. */
export function textParameter(
	ctx: Pick<IExecuteFunctions, 'getNodeParameter'>,
	name: string,
	index = 0,
): string {
	const value: unknown = ctx.getNodeParameter(name, index, '');
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}
