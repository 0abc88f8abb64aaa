import type { INodeProperties } from 'n8n-workflow';
import { gateError } from '../../../core/errors';
import { toGateError } from '../../../core/errors/unknown';
import { documentHashes, documentsIn } from '../../../core/release/prepare/documents';
import { releaseKindSchema } from '../../../core/release/policy/schema';
import { shownFor, spineParameter } from '../../kit/descriptions';
import { giverOf, notForAgents, refuseAgents } from '../../kit/giver';
import { knowledgeIn } from '../../kit/node-knowledge';
import { jsonOf, unreadable } from '../../kit/parameters';
import { portsOf } from '../../RollbackSnapshot/ports';
import { instanceOf } from '../../WorkflowAudit/instance-api';
import type { OperationContext } from '../resource';
import { heldJson, preparedJson } from './prepared-record';

export const option = {
	name: 'Prepare',
	value: 'prepare',
	action: 'Prepare a release',
	description: 'Find what changed in the editor, open its release, and answer all that machines can',
	...notForAgents,
};

/** The resource and operation to which the parameters, and the credentials for n8n and HubSpot, belong. */
const shown = { resource: ['release'], operation: ['prepare'] };

export const description: INodeProperties[] = shownFor(shown, [
	{
		displayName:
			'Reads the draft of the workflow that serves the spine, and touches nothing live. Copies are made for the drill and taken away again. Run it again at any time: it goes on with the same release. Choose a credential for n8n, and one for HubSpot where the spine reads it.',
		name: 'prepareNotice',
		type: 'notice',
		default: '',
	},
	spineParameter(),
	{
		displayName: 'What Changes',
		name: 'title',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Warmer opening line',
		description: 'In one line, as people should read it',
	},
	{
		displayName: 'Why',
		name: 'why',
		type: 'string',
		default: '',
		placeholder: 'e.g. Readers found it cold',
		description: 'In one line',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Documents',
				name: 'documents',
				type: 'string',
				typeOptions: { rows: 3 },
				default: '',
				placeholder: 'e.g. None of them speaks of the wording of the prompt.',
				description:
					'Why the documents that the policy asks for stay as they are; for each that changes, a line such as "runbook: https://…"',
			},
			{
				displayName: 'Documents Read',
				name: 'documentsRead',
				type: 'json',
				default: '[]',
				description:
					'What a machine found at the links, as the template Read documents gives it: a list of link with sha256, or with error. A link that could not be read is refused.',
			},
			{
				displayName: 'Follows Hotfix',
				name: 'follows',
				type: 'string',
				default: '',
				placeholder: 'e.g. owed',
				description:
					'ID of the hotfix whose follow-up release this is, so that it owes none any more; "owed" for the one that has owed it longest',
			},
			{
				displayName: 'How It Would Fail',
				name: 'failureMode',
				type: 'string',
				default: '',
				placeholder: 'e.g. The first line reads stiffly; nobody misses a delivery',
				description: 'How the change would fail if it fails',
			},
			{
				displayName: 'Kind',
				name: 'kind',
				type: 'options',
				options: [
					{ name: 'Hotfix', value: 'hotfix', description: 'Cannot wait; owes an account and a follow-up' },
					{ name: 'Major', value: 'major' },
					{ name: 'Regular', value: 'regular' },
				],
				default: 'regular',
			},
			{
				displayName: 'Purpose',
				name: 'purpose',
				type: 'string',
				default: '',
				placeholder: 'e.g. restore-delivery',
				description: 'Why a hotfix is one: one of the purposes that the policy names',
			},
			{
				displayName: 'Rehearsal Error',
				name: 'rehearsalError',
				type: 'string',
				default: '',
				placeholder: "e.g. {{ $json.error ?? '' }}",
				description: 'Why the rehearsal could not be done, where it was called before; the page says so',
			},
			{
				displayName: 'Requested By',
				name: 'requestedBy',
				type: 'string',
				default: '',
				placeholder: 'e.g. ann@example.com',
				description:
					'Who asks for it where nobody is signed in. After a form with n8n user authentication it is who sent the form, whatever stands here.',
			},
			{
				displayName: 'Version Shown',
				name: 'shown',
				type: 'string',
				default: '',
				placeholder: 'e.g. {{ $json.shown }}',
				description:
					'The field shown of the record whose page people answered. A draft that was changed since is held, and nothing is prepared; with On Error = Continue the item says what changed (page.changed).',
			},
		],
	},
]);

/** Who asks, and whose the release is. @throws `prepare-account-needed` */
function requester({ ctx, item, index }: OperationContext, typed: string) {
	const { account, person } = giverOf(ctx, item, index, typed);
	if (account !== undefined) return { requestedBy: account.email, owner: `account ${account.id}` };
	if (person === '') throw gateError('prepare-account-needed');
	return { requestedBy: person, owner: '' };
}

/** The preparation, with the fields of a form that asks what people must answer. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { ctx, parameters, hint } = context;
	refuseAgents(ctx);
	const option = (name: string): string => {
		const value = parameters.collection('options')[name];
		return typeof value === 'string' ? value.trim() : '';
	};
	const { requestedBy, owner } = requester(context, option('requestedBy'));
	const read = jsonOf(parameters.collection('options').documentsRead, (cause) =>
		unreadable('Documents Read', 'it is no JSON', cause),
	);
	const kind = releaseKindSchema.safeParse(option('kind') === '' ? 'regular' : option('kind'));
	if (!kind.success) throw unreadable('Kind', 'it is no kind of release');
	// Loaded here and not before: it is heavy.
	const { changedSinceShown, prepareRelease } = await import('../../../app/prepare');
	const instance = await instanceOf(ctx);
	const ports = {
		...(await portsOf(ctx, hint, false)),
		directory: { published: async () => (await instance.list('published')).workflows },
		knowledge: knowledgeIn(ctx),
	};
	const spine = parameters.picked('spine');
	const shown = option('shown');
	const said = {
		title: parameters.needed('title', 'What Changes'),
		why: parameters.text('why'),
		requestedBy,
		kind: kind.data,
		purpose: option('purpose'),
		follows: option('follows'),
		failureMode: option('failureMode'),
		...documentsIn(option('documents'), documentHashes(read)),
	};
	const held = async (error: unknown): Promise<object> => {
		const known = toGateError(error);
		if (known.code !== 'prepare-draft-changed' || !ctx.continueOnFail()) throw known;
		return heldJson(spine, known, await changedSinceShown(ports, spine, shown));
	};
	return [
		await prepareRelease(ports, { spine, owner, shown, said, rehearsalError: option('rehearsalError') }).then(
			preparedJson,
			held,
		),
	];
}
