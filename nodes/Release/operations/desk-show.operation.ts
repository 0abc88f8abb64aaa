import type { INodeProperties } from 'n8n-workflow';
import { headline } from '../../../core/desk/answers';
import { shownFor } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { deskIn } from './desk-gathered';

export const option = {
	name: 'Show',
	value: 'showDesk',
	action: 'Show the desk',
	description: 'Get one page that says how it stands, and the same as statuses. Changes nothing.',
};

const address = (displayName: string, name: string, value: string, what: string): INodeProperties => ({
	displayName,
	name,
	type: 'string',
	default: value,
	description: `Address of ${what}, absolute or seen from the page; no link if empty`,
});

export const description: INodeProperties[] = shownFor({ resource: ['desk'], operation: ['showDesk'] }, [
	{
		displayName: 'Search',
		name: 'search',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.query.q }}',
		description:
			'Recipient, release, message ID or execution to look for; nothing if empty. The search box of the page sends it as q.',
	},
	{
		displayName: 'Links',
		name: 'links',
		type: 'collection',
		placeholder: 'Add Link',
		default: {},
		options: [
			address(
				'Act on a Spine',
				'act',
				'../form/act-on-a-spine',
				'the form that pauses, resumes, settles and erases',
			),
			address('Approve a Change', 'approve', '../form/approve-a-change', 'the form that approves'),
			address('Release a Change', 'release', '../form/release-a-change', 'the form that releases'),
			address('Release Report', 'report', 'release-report', 'the page of one release'),
			address('Roll Back a Release', 'rollBack', '../form/roll-back-a-release', 'the form that rolls back'),
		],
	},
]);

/** The templates' own addresses, seen from a webhook of the same n8n. */
const usual = {
	act: '../form/act-on-a-spine',
	approve: '../form/approve-a-change',
	release: '../form/release-a-change',
	rollBack: '../form/roll-back-a-release',
	report: 'release-report',
};

/** One record: the page as text, the headline, alarms and spines. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { parameters } = context;
	const given = parameters.collection('links') as Partial<Record<keyof typeof usual, string>>;
	const at = (name: keyof typeof usual): string | null => (given[name] ?? usual[name]).trim() || null;
	const desk = await deskIn(context, parameters.text('search'));
	const { deskHtml } = await import('../../../app/desk');
	const { text: sentence, tone } = headline(desk);
	return [
		{
			at: new Date(desk.at).toISOString(),
			sentence,
			well: tone === 'good',
			alarms: desk.alarms.map(({ since, ...alarm }) => ({
				...alarm,
				since: since === null ? null : new Date(since).toISOString(),
			})),
			spines: desk.spines.map(({ spine, state, strictness, published, open }) => ({
				spine,
				state,
				strictness,
				published: published.status,
				openSlot: open && { slot: open.slot, ...open.states },
			})),
			page: deskHtml(desk, {
				forms: {
					act: at('act'),
					approve: at('approve'),
					release: at('release'),
					rollBack: at('rollBack'),
				},
				report: at('report'),
				self: '',
			}),
		},
	];
}
