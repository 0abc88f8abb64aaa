import type { INodeProperties } from 'n8n-workflow';
import { workflowsIn } from '../../core/audit/parse';
import { EMPTY_POLICY, parseAuditPolicy, type AuditPolicy } from '../../core/audit/policy';
import type { WorkflowJson } from '../../core/audit/types';
import type { ItemJson } from '../../core/delivery/fields';
import { gateError } from '../../core/errors';
import { documentAt } from './fields';
import { jsonOf, type Parameters } from './parameters';

const CALLED = 'Called Workflows Field';

/** What belongs to a workflow's hash beside the workflow itself. */
export const identityParameters: INodeProperties[] = [
	{
		displayName: CALLED,
		name: 'calledField',
		type: 'string',
		default: 'called',
		placeholder: 'e.g. called',
		description:
			'Name of the field with the exported workflows that this one calls, as a list. Without them the calls count as unknown, in the proofs and in the hash.',
	},
	{
		displayName: 'Audit Policy',
		name: 'auditPolicy',
		type: 'json',
		default: '{}',
		description:
			'The policy the workflow is audited under, as in the node Workflow Audit. It is part of the hash, so a weaker one asks for new evidence.',
	},
];

/** Reads them. @throws `field-unreadable`, `audit-bad-policy` and what cannot be read as a workflow */
export function identityIn(
	parameters: Parameters,
	json: ItemJson,
	item: number,
): { readonly policy: AuditPolicy; readonly called: readonly WorkflowJson[] } {
	const field = parameters.text('calledField');
	const listed = documentAt(json, { field, parameter: CALLED, item });
	const source = "'Audit Policy'";
	const given = jsonOf(parameters.any('auditPolicy', undefined), (cause) =>
		gateError('audit-bad-policy', { source, detail: 'it is no JSON' }, cause),
	);
	return {
		policy: given === undefined ? EMPTY_POLICY : parseAuditPolicy(given, source),
		called: listed === undefined ? [] : workflowsIn(listed, `the field ${field}`),
	};
}
