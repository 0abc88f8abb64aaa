import type { Call } from '../shared/calls';
import type { Fault, FaultAnswer } from '../shared/faults';
import type { Problem } from './problems';

/** Headers of HubSpot's usual answers. */
export const json = { 'content-type': 'application/json;charset=utf-8' };

/** Headers of what stands before HubSpot. */
export const html = { 'content-type': 'text/html' };

/** A refusal as an answer. */
export const answer = (
	{ status, body, headers }: Problem,
	more: Readonly<Record<string, string>> = {},
): FaultAnswer => ({
	status,
	headers: { ...json, ...headers, ...more },
	body,
});

/** A fault that answers in HubSpot's place. */
export const answers = (
	id: string,
	name: string,
	build: (call: Call) => FaultAnswer,
	on: Fault['on'] = undefined,
): Fault => ({ id, name, on, before: build });

/** A fault that changes the account or the call, and lets HubSpot answer. */
export const effect = (
	id: string,
	name: string,
	act: (call: Call) => void,
	on: Fault['on'] = undefined,
): Fault => ({
	id,
	name,
	on,
	before: (call) => {
		act(call);
		return undefined;
	},
});

/** The inputs of a batch. */
export const inputsOf = (call: Call): Record<string, unknown>[] => {
	const inputs = (call.body as { inputs?: unknown } | undefined)?.inputs;
	return Array.isArray(inputs) ? (inputs as Record<string, unknown>[]) : [];
};

/** Ids a call names, in its inputs or in its path. */
export function idsOf(call: Call): string[] {
	const inputs = inputsOf(call);
	if (inputs.length > 0) return inputs.map((input) => String(input['id']));
	const last = call.path.split('/').pop() ?? '';
	return /^\d+$/.test(last) ? [last] : [];
}

export const searches = { path: '/search' };
export const reads = { path: '/batch/read' };
export const updates = { path: '/batch/update' };
