import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { ServicePorts } from '../../../app/release';
import { setRollout } from '../../../app/rollout/flags';
import { shareOf, type RolloutMove } from '../../../core/rollout';
import { now } from '../../kit/clock';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import { withLedger } from '../../kit/ledger';
import { type Parameters, unreadable } from '../../kit/parameters';
import { forEachItem } from '../../kit/run';

export const option = {
	name: 'Set Rollout',
	value: 'rollout',
	action: 'Set rollout',
	description: 'Define a flag, turn it up by one step with the gate’s leave, turn it down, or kill it',
};

export const description: INodeProperties[] = shownFor({ operation: ['rollout'] }, [
	{
		displayName: 'Set To',
		name: 'to',
		type: 'options',
		options: [
			{ name: 'Define', value: 'define', description: 'Make the flag, off, or change team and targeting' },
			{ name: 'Everyone', value: 'everyone', description: 'Needs a release that is stable' },
			{ name: 'Kill', value: 'kill', description: 'Off for everyone at once; needs no leave' },
			{ name: 'Off', value: 'off', description: 'Off, and no longer killed; needs no leave' },
			{ name: 'Percentage', value: 'percentage', description: 'On for the team and a share of the others' },
			{ name: 'Team', value: 'team', description: 'On for the team only' },
		],
		default: 'define',
	},
	{
		displayName: 'Percentage',
		name: 'percentage',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 10,
		description: 'Share of subjects that are on, in percent',
		displayOptions: { show: { to: ['percentage'] } },
	},
	{
		...releaseParameter,
		required: false,
		description:
			'Release that brings the flag. Turning up needs one that the gate has let ship and whose manifest lists the flag.',
	},
	{
		displayName: 'Team',
		name: 'team',
		type: 'string',
		default: '',
		placeholder: 'e.g. 17, 42',
		description: 'IDs that are on from the step Team on, separated by commas. Empty: as it is.',
		displayOptions: { show: { to: ['define'] } },
	},
	{
		displayName: 'Targeting',
		name: 'targeting',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		placeholder: 'e.g. [{"attribute":"plan","operator":"in","values":["pro"]}]',
		description:
			'Conditions that must all hold beyond the team: attribute, operator (in, not-in, str-contains, num-gte, date-after, semver-gt and others), values. Empty: as it is.',
		displayOptions: { show: { to: ['define'] } },
	},
	{
		displayName: 'Spread',
		name: 'spread',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		placeholder:
			'e.g. {"stickiness":"company","variants":[{"name":"blue","weight":50},{"name":"red","weight":50}]}',
		description:
			'Group ID, stickiness and variants with weights, as one JSON object. Null takes one away. Empty: as it is.',
		displayOptions: { show: { to: ['define'] } },
	},
]);

const DONE = 1;

function moveOf(parameters: Parameters): RolloutMove {
	const to = parameters.text('to');
	if (to === 'off' || to === 'team' || to === 'everyone' || to === 'kill') return { to };
	if (to === 'percentage') return { to, percentage: parameters.number('percentage', 'Percentage') };
	if (to !== 'define') throw unreadable('Set To', `there is no step '${to}'`);
	const team = parameters.list('team');
	const spread = parameters.object('spread', 'Spread');
	return {
		to,
		targeting: parameters.json('targeting', 'Targeting'),
		...(Object.keys(spread).length === 0 ? {} : { spread }),
		...(parameters.text('team') === '' ? {} : { team: [...team] }),
	};
}

/** Moves the flag, once per item. Outputs: a flag that reaches nobody after the move (0), one that reaches somebody (1). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const open = async (): Promise<ServicePorts> => ({ ledger: await withLedger(ctx), now });
	return await forEachItem(ctx, { outputs: 2, open }, async ({ ports, parameters, by }) => {
		const key = parameters.picked('flag');
		const release = parameters.picked('release');
		const { flag, before, changed } = await setRollout(ports, key, moveOf(parameters), release, by);
		const up = !flag.killed && flag.state !== 'off';
		const said = {
			flag: { ...flag, share: shareOf(flag) },
			releaseGate: {
				status: changed ? 'set' : 'unchanged',
				flag: key,
				from: before === null ? null : before.killed ? 'killed' : before.state,
				to: flag.killed ? 'killed' : flag.state,
			},
		};
		return [{ output: up ? DONE : 0, json: said, merged: true }];
	});
}
