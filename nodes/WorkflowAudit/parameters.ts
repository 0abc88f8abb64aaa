import type { INodeProperties } from 'n8n-workflow';
import { EMPTY_POLICY, parseAuditPolicy, type AuditPolicy } from '../../core/audit';
import { gateError } from '../../core/errors';
import type { WorkflowVersion } from '../../adapters/n8n/workflows';
import { jsonOf, type Parameters } from '../kit/parameters';

/** Parameters of every operation. */
export const sharedParameters: INodeProperties[] = [
	{
		displayName: 'Version',
		name: 'version',
		type: 'options',
		options: [
			{
				name: 'Published',
				value: 'published',
				description: 'What runs; the draft where nothing is published',
			},
			{ name: 'Draft', value: 'draft', description: 'What the editor shows' },
		],
		default: 'published',
		displayOptions: { show: { operation: ['workflow', 'instance'] } },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Audit Policy',
				name: 'policy',
				type: 'json',
				default: '{}',
				description:
					'Declares what nodes and hosts do that the catalogue does not know. What nobody declared counts as a send.',
			},
			{
				displayName: 'HTML Report',
				name: 'html',
				type: 'boolean',
				default: false,
				description: 'Whether to attach a page with the canvas, violation paths coloured, as binary data',
			},
			{
				displayName: 'Put HTML Report in Field',
				name: 'htmlField',
				type: 'string',
				default: 'report',
				description: 'Name of the binary field that holds the page',
			},
		],
	},
];

/** The options of one run, read once. */
export interface AuditChoices {
	readonly policy: AuditPolicy;
	/** Binary field of the page; `null` for none. */
	readonly htmlField: string | null;
}

/** Reads the parameters. Throws `audit-bad-policy` for a policy that cannot be used. */
export function choicesOf(parameters: Parameters): AuditChoices {
	const { policy, html, htmlField } = parameters.collection('options');
	const source = "'Audit Policy'";
	const given = jsonOf(policy, (cause) =>
		gateError('audit-bad-policy', { source, detail: 'it is no JSON' }, cause),
	);
	return {
		policy: given === undefined ? EMPTY_POLICY : parseAuditPolicy(given, source),
		htmlField: html === true ? (typeof htmlField === 'string' && htmlField) || 'report' : null,
	};
}

/** Which version the operations on an instance read. */
export const versionOf = (parameters: Parameters): WorkflowVersion =>
	parameters.text('version') === 'draft' ? 'draft' : 'published';
