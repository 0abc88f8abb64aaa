import type { INodeProperties } from 'n8n-workflow';
import { parseChanges } from '../../../core/snapshot/changes';
import { drill } from '../../../app/snapshot/drill';
import { releaseParameter, shownFor, spineParameter } from '../../kit/descriptions';
import { DONE, REFUSED, type OperationContext, type OperationResult } from '../operation';
import { changesParameter } from '../parameters';

export const option = {
	name: 'Drill',
	value: 'drill',
	action: 'Perform a rollback drill',
	description: 'Apply and take back a release on test contacts and copies, and certify that all is as before',
};

export const description: INodeProperties[] = shownFor({ operation: ['drill'] }, [
	releaseParameter,
	spineParameter({ required: false }),
	changesParameter,
	{
		displayName: 'Test Contacts',
		name: 'testContacts',
		type: 'string',
		default: '',
		placeholder: 'e.g. 1001, 1002',
		description:
			'Contact IDs separated by commas; the test recipients of the spine if empty. Nobody else is touched.',
	},
	{
		displayName: 'Release Hash',
		name: 'releaseHash',
		type: 'string',
		default: '',
		description: 'What the certificate is bound to where the ledger knows no such release',
	},
]);

/** The certificate: passed at output 1, failed at output 0. */
export async function execute(context: OperationContext): Promise<readonly OperationResult[]> {
	const { ctx, index, ports: ports, hint } = context;
	const release = context.parameters.chosen('release', 'Release');
	const spine = context.parameters.picked('spine') || null;
	const given = context.parameters.list('testContacts');
	const record = spine === null ? null : await ports.ledger.spines.get(spine);
	const contacts = given.length > 0 ? given : (record?.settings.testRecipients ?? []);
	const releaseHash = context.parameters.text('releaseHash');
	const certificate = await drill(ports, {
		id: `drill-${release}-${ctx.getExecutionId()}-${index}-${ports.clock()}`,
		release,
		spine,
		changes: parseChanges(context.parameters.object('changes', 'Changes')),
		contacts,
		...(releaseHash === '' ? {} : { releaseHash }),
	});
	hint(certificate.grounds);
	return [{ output: certificate.passed ? DONE : REFUSED, json: { certificate } }];
}
