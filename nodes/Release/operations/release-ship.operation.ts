import type { INodeProperties } from 'n8n-workflow';
import { EMPTY_POLICY, parseAuditPolicy } from '../../../core/audit/policy';
import { gateError } from '../../../core/errors';
import { parseChanges } from '../../../core/snapshot/changes';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import { sparseIn } from '../../kit/node-knowledge';
import { jsonOf } from '../../kit/parameters';
import { portsOf } from '../../RollbackSnapshot/ports';
import type { OperationContext } from '../resource';

export const option = {
	name: 'Ship',
	value: 'ship',
	action: 'Ship a release',
	description: 'Publish exactly the version that was proven, read back what is published, and compare',
};

/** The resource and operation to which the parameters, and the credentials for n8n and HubSpot, belong. */
const shown = { resource: ['release'], operation: ['ship'] };

export const description: INodeProperties[] = shownFor(shown, [
	{
		displayName:
			'Only what the gate let through a moment ago is shipped. The manifest names the workflow and its version (workflow: ID and version); what is published is read back, and if it is not what was proven the release is rolled back, where the policy says so. Choose a credential for n8n.',
		name: 'shipNotice',
		type: 'notice',
		default: '',
	},
	releaseParameter,
	{
		displayName: 'Further Changes',
		name: 'changes',
		type: 'json',
		default: '{}',
		description:
			'What the release changes besides publishing: definitions, values, flags, settings, as in Rollback Snapshot (Apply Release)',
	},
	{
		displayName: 'Audit Policy',
		name: 'auditPolicy',
		type: 'json',
		default: '{}',
		description:
			'The policy the workflow was audited under, as in the node Workflow Audit. It is part of the hash.',
	},
]);

/** What shipping came to. Throws `ship-other-version` before anything is published, and what the gate asks for. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { ctx, parameters, hint } = context;
	const source = "'Audit Policy'";
	const given = jsonOf(parameters.any('auditPolicy', undefined), (cause) =>
		gateError('audit-bad-policy', { source, detail: 'it is no JSON' }, cause),
	);
	// Loaded here and not before: it is heavy.
	const { shipRelease } = await import('../../../app/snapshot/ship');
	const shipped = await shipRelease(
		await portsOf(ctx, hint, false),
		parameters.chosen('release', 'Release'),
		parseChanges(parameters.object('changes', 'Further Changes')),
		{
			policy: given === undefined ? EMPTY_POLICY : parseAuditPolicy(given, source),
			sparse: sparseIn(ctx),
		},
	);
	return [
		{
			...shipped,
			...(shipped.open === null ? {} : { releaseGate: { status: 'open', reason: shipped.open } }),
		},
	];
}
