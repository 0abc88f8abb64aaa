import type { INodeProperties } from 'n8n-workflow';
import { canonicalPart } from '../../../core/delivery/canonical';
import { iso } from '../../../core/delivery/transitions';
import { eraseContacts } from '../../../app/snapshot/erase';
import { shownFor } from '../../kit/descriptions';
import { notForAgents, refuseAgents } from '../../kit/giver';
import { listOf } from '../../kit/parameters';
import { portsOf } from '../../RollbackSnapshot/ports';
import type { OperationContext } from '../resource';

export const option = {
	name: 'Erase Recipient',
	value: 'erase',
	action: 'Erase a recipient',
	description:
		'Take one person out of the ledger for good: inputs, ids, reasons, snapshots. What was counted stays, and the chain still verifies.',
	...notForAgents,
};

export const description: INodeProperties[] = shownFor({ resource: ['ledger'], operation: ['erase'] }, [
	{
		displayName:
			'This cannot be undone. Take the person out of HubSpot first: who is still listed there comes back as a new recipient, once the minimum gap after the last send is over. What n8n keeps of its executions, backups and what vendors hold is not reached.',
		name: 'notice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Recipient ID',
		name: 'recipient',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 150829384756',
		description: 'ID under which deliveries are listed, e.g. the ID of the HubSpot contact',
	},
	{
		displayName: 'Also Known As',
		name: 'alsoKnownAs',
		type: 'string',
		default: '',
		placeholder: 'e.g. anna@example.com, Anna Lindqvist, 150829300000',
		description:
			'Addresses, names, and IDs from before a merge, separated by commas. Addresses and telephone numbers in their frozen inputs are found by themselves.',
	},
]);

/** How the remains of rows that are gone ended, in words. */
const remainsIn = {
	rebuilt: 'The file was rebuilt and the log beside it emptied: nothing of the person is left in them.',
	busy: 'Another process reads the file, so what was overwritten may still lie in it or in its log. Erase again when it is closed.',
	'out-of-reach':
		'Postgres keeps old versions of rows until VACUUM, and in its log, replicas and backups; they are not reached from here.',
} as const;

const comesBack =
	'If HubSpot still lists the person, they come back as a new recipient; nothing is sent before the minimum gap after the last send is over.';

/** One record: what was erased. Throws what `Ledger.erasure` throws, and the errors of `canonicalPart` for an id that cannot be one. */
export async function execute({ ctx, parameters, ports, by }: OperationContext): Promise<readonly object[]> {
	refuseAgents(ctx, 'ledger-erase-by-agent');
	const recipient = canonicalPart(parameters.text('recipient'), 'recipient');
	const alsoKnownAs = listOf(parameters.text('alsoKnownAs')).map((name) => name.normalize('NFC'));
	const request = { recipient, alsoKnownAs, by };
	const { erasure } = ports.ledger;
	const found = await erasure.look(request);
	const snapshots = await eraseContacts(await portsOf(ctx, () => undefined, true), found.ids);
	if (!found.known) {
		const { remains } = await erasure.scrub();
		const erasedAt = found.erasedAt === null ? null : iso(found.erasedAt);
		return [
			{
				status: 'erased before',
				erasedAt,
				snapshots,
				remains,
				sentence: `The recipient was erased at ${erasedAt ?? ''}. ${remainsIn[remains]}`,
			},
		];
	}
	const report = await erasure.erase(request);
	const { remains } = await erasure.scrub();
	const still =
		report.stillNamed.length === 0
			? ''
			: ` Left as they are, since they name an account: ${report.stillNamed.join(', ')}.`;
	return [
		{
			status: 'erased',
			...report,
			snapshots,
			remains,
			sentence: `${report.deliveries} deliveries go on without a name. ${remainsIn[remains]} ${comesBack}${still}`,
		},
	];
}
