import type { INodeProperties } from 'n8n-workflow';
import { gateError } from '../../../core/errors';
import { documentAt } from '../../kit/fields';
import type { OperationContext } from '../resource';

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
export function documentIn(
	{ json, index, parameters }: OperationContext,
	parameter: string,
	label: string,
): unknown {
	return documentAt(json, { field: parameters.text(parameter), parameter: label, item: index });
}

/** The same, where the operation cannot do without. Throws `field-missing`, `field-unreadable`. */
export function neededDocument(context: OperationContext, parameter: string, label: string): unknown {
	const value = documentIn(context, parameter, label);
	if (value !== undefined) return value;
	const field = context.parameters.text(parameter);
	throw gateError('field-missing', { item: context.index, field, parameter: label });
}
