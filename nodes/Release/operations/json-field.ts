import type { INodeProperties } from 'n8n-workflow';
import { gateError } from '../../../core/errors';
import { fieldOf } from '../../../core/delivery/fields';
import { type OperationContext, textParameter } from '../resource';

/** A parameter that names the field of the item which holds a document. */
export const fieldParameter = (
	displayName: string,
	name: string,
	value: string,
	description: string,
	more: Partial<INodeProperties> = {},
): INodeProperties => ({
	displayName,
	name,
	type: 'string',
	default: value,
	placeholder: `e.g. ${value === '' ? name : value}`,
	description,
	...more,
});

/**
 * The document in the field that the parameter names: an object, or JSON text. `undefined` when the parameter or the
 * field is empty. Throws `field-unreadable` for text that is no JSON.
 */
export function documentIn(context: OperationContext, parameter: string, label: string): unknown {
	const field = textParameter(context, parameter);
	if (field === '') return undefined;
	const value = fieldOf(context.ctx.getInputData()[context.index]?.json ?? {}, field);
	if (value === undefined || value === null || value === '') return undefined;
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value) as unknown;
	} catch (cause) {
		const item = context.index;
		throw gateError('field-unreadable', { item, field, parameter: label, reason: 'it is no JSON' }, cause);
	}
}

/** The same, where the operation cannot do without. Throws `field-missing`, `field-unreadable`. */
export function neededDocument(context: OperationContext, parameter: string, label: string): unknown {
	const value = documentIn(context, parameter, label);
	if (value !== undefined) return value;
	const field = textParameter(context, parameter);
	throw gateError('field-missing', { item: context.index, field, parameter: label });
}

/** A parameter of type json: an object, or its text. Throws `parameter-unreadable`. */
export function jsonParameter({ ctx, index }: OperationContext, name: string, label: string): unknown {
	const value: unknown = ctx.getNodeParameter(name, index, '{}');
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value.trim() === '' ? '{}' : value) as unknown;
	} catch (cause) {
		throw gateError('parameter-unreadable', { parameter: label, reason: 'it is no JSON object' }, cause);
	}
}
