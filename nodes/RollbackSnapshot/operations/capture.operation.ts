import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { gateError } from '../../../core/errors';
import { capture, idSource } from '../../../app/snapshot/capture';
import { estimateCapture } from '../../../app/snapshot/estimate';
import type { CaptureScope } from '../../../core/snapshot/documents';
import type { ContactSource } from '../../../app/snapshot/ports';
import { Parameters } from '../../kit/parameters';
import { releaseParameter, shownFor, spineParameter, ticked } from '../../kit/descriptions';
import { DONE, type OperationContext, type OperationResult } from '../operation';
import { callsParameter } from '../parameters';

export const option = {
	name: 'Capture',
	value: 'capture',
	action: 'Capture a snapshot',
	description: 'Store the last known good state: contacts, definitions, workflows, flags, settings',
};

const ofContacts = (from: string) => ({ show: { contactsFrom: [from] } });

export const description: INodeProperties[] = shownFor({ operation: ['capture'] }, [
	{
		...releaseParameter,
		required: false,
		description: 'Release the snapshot is captured for; a rollback of it goes back to here',
	},
	{
		displayName: 'Snapshot ID',
		name: 'snapshot',
		type: 'string',
		default: '',
		placeholder: 'e.g. before-r-2026-11-20',
		description: 'Names the snapshot; "before-" and the release if empty. The same ID goes on after a kill.',
	},
	spineParameter({ required: false, description: 'Spine whose settings, policy and flags are captured' }),
	{
		displayName: 'Contacts',
		name: 'contactsFrom',
		type: 'options',
		options: [
			{ name: 'From Input Items', value: 'items', description: 'The IDs the input items carry' },
			{ name: 'From List', value: 'list', description: 'The IDs named below' },
			{
				name: 'None',
				value: 'none',
				description: 'No contact values; definitions, workflows and settings only',
			},
			{ name: 'Served by the Spine', value: 'spine', description: 'Every contact with a delivery status' },
		],
		default: 'spine',
	},
	{
		displayName: 'Contact ID Field',
		name: 'contactIdField',
		type: 'string',
		default: 'id',
		displayOptions: ofContacts('items'),
		description: 'Name of the field of the input items that holds the contact ID',
	},
	{
		displayName: 'Contact IDs',
		name: 'contactIds',
		type: 'string',
		default: '',
		displayOptions: ofContacts('list'),
		placeholder: 'e.g. 1001, 1002',
		description: 'IDs separated by commas',
	},
	{
		displayName: 'Properties',
		name: 'propertiesChosen',
		...ticked('getProperties'),
		description: 'Properties captured of each contact: all that the release writes',
	},
	{
		displayName: 'Properties, by Name',
		name: 'properties',
		type: 'string',
		default: '',
		placeholder: 'e.g. cc_profile_tone, cc_profile_topic',
		description: 'The same by their names, separated by commas, as an expression has them',
	},
	{
		displayName: 'Workflows',
		name: 'workflowsChosen',
		...ticked('getWorkflows'),
		description: 'Workflows captured with settings and published version',
	},
	{
		displayName: 'Workflows, by ID',
		name: 'workflowIds',
		type: 'string',
		default: '',
		placeholder: 'e.g. 7Qk3TgVr0a1b2c3d',
		description: 'The same by their IDs, separated by commas, as an expression has them',
	},
	{
		displayName: 'Property Definitions',
		name: 'definitions',
		type: 'boolean',
		default: true,
		description: 'Whether to capture property definitions and groups, archived ones included',
	},
	{
		displayName: 'Only State Size and Time',
		name: 'estimateOnly',
		type: 'boolean',
		default: false,
		description: 'Whether to stop after saying what the capture will cost',
	},
	callsParameter,
]);

/** From input items it runs once for all of them. */
export const once = (ctx: IExecuteFunctions): boolean => new Parameters(ctx).text('contactsFrom') === 'items';

interface Chosen {
	readonly source: ContactSource;
	/** `null` when only the walk itself can tell. */
	readonly count: number | null;
}

function chosenContacts(context: OperationContext, status: string | null): Chosen {
	const { ctx, ports: ports } = context;
	const from = context.parameters.text('contactsFrom');
	if (from === 'spine') {
		if (status === null)
			throw gateError('parameter-unreadable', {
				parameter: 'Spine',
				reason: 'the contacts are those it serves',
			});
		return {
			count: null,
			source: (afterId) => {
				if (!ports.contacts) throw gateError('snapshot-no-hubspot');
				return ports.contacts.eligibleIds({
					anyOf: [[{ property: status, operator: 'HAS_PROPERTY' }]],
					...(afterId === null ? {} : { afterId }),
				});
			},
		};
	}
	const field = context.parameters.text('contactIdField') || 'id';
	const ids =
		from === 'items'
			? ctx
					.getInputData()
					.flatMap(({ json }) => (json[field] === undefined ? [] : [String(json[field] as string)]))
			: from === 'list'
				? context.parameters.list('contactIds')
				: [];
	return { count: new Set(ids).size, source: idSource(ids) };
}

/** The snapshot's record, or the estimate alone. */
export async function execute(context: OperationContext): Promise<readonly OperationResult[]> {
	const { ports: ports, hint } = context;
	const release = context.parameters.picked('release') || null;
	const id =
		context.parameters.text('snapshot') ||
		(release === null ? context.parameters.needed('snapshot', 'Snapshot ID') : `before-${release}`);
	const spine = context.parameters.picked('spine') || null;
	const record = spine === null ? null : await ports.ledger.spines.get(spine);
	if (spine !== null && !record) throw gateError('ledger-spine-unknown', { spine });
	const { source, count } = chosenContacts(context, record?.settings.properties.status ?? null);
	const scope: CaptureScope = {
		properties: count === 0 ? [] : [...context.parameters.names('propertiesChosen', 'properties')].sort(),
		definitions: context.parameters.flag('definitions', true),
		workflows: [...context.parameters.names('workflowsChosen', 'workflowIds')].sort(),
		spine,
	};
	let contacts = count ?? 0;
	if (count === null && scope.properties.length > 0)
		for await (const ids of source(null)) contacts += ids.length;
	const callsPer10Seconds = context.parameters.number('callsPer10Seconds', 'Calls per 10 Seconds', {
		fallback: 100,
	});
	const estimate = estimateCapture({ scope, contacts, searched: count === null }, callsPer10Seconds);
	hint(
		`${contacts} contacts: about ${estimate.calls} calls, at least ${Math.ceil(estimate.atLeastMs / 1000)} s, at most about ${Math.ceil(estimate.bytes / 1024)} KiB.`,
	);
	if (context.parameters.flag('estimateOnly', false)) return [{ output: DONE, json: { estimate } }];
	const { revision: _revision, ...snapshot } = await capture(ports, { id, release, scope, contacts: source });
	return [{ output: DONE, json: { snapshot, estimate } }];
}
