import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { gateError } from '../../../core/errors';
import { setRollout } from '../../../app/rollout/flags';
import { shareOf, type RolloutMove } from '../../../core/rollout';
import { now } from '../../kit/clock';
import { shownFor } from '../../kit/descriptions';
import { overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { textParameter } from '../../kit/parameters';

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
		displayName: 'Release',
		name: 'release',
		type: 'string',
		default: '',
		placeholder: 'e.g. 2026-11-20',
		description:
			'Release that brings the flag. Turning up needs one that the gate has let ship and whose manifest lists the flag.',
	},
	{
		displayName: 'Team',
		name: 'team',
		type: 'string',
		default: '',
		placeholder: 'e.g. 17, 42',
		description: 'Ids that are on from the step Team on, separated by commas. Empty: as it is.',
		displayOptions: { show: { to: ['define'] } },
	},
	{
		displayName: 'Targeting',
		name: 'targeting',
		type: 'json',
		default: '',
		placeholder: 'e.g. [{"attribute":"plan","operator":"in","values":["pro"]}]',
		description:
			'Conditions that must all hold beyond the team: attribute, operator (in, not-in), values. Empty: as it is.',
		displayOptions: { show: { to: ['define'] } },
	},
]);

const DONE = 1;

function conditions(ctx: IExecuteFunctions, index: number): unknown {
	const value: unknown = ctx.getNodeParameter('targeting', index, '');
	if (typeof value !== 'string') return value ?? undefined;
	if (value.trim() === '') return undefined;
	try {
		return JSON.parse(value);
	} catch {
		throw gateError('parameter-unreadable', { parameter: 'Targeting', reason: 'it is not JSON' });
	}
}

function moveOf(ctx: IExecuteFunctions, index: number): RolloutMove {
	const to = textParameter(ctx, 'to', index);
	if (to === 'off' || to === 'team' || to === 'everyone' || to === 'kill') return { to };
	if (to === 'percentage') {
		return { to, percentage: Number(textParameter(ctx, 'percentage', index) || NaN) };
	}
	if (to !== 'define')
		throw gateError('parameter-unreadable', { parameter: 'Set To', reason: `there is no step '${to}'` });
	const team = textParameter(ctx, 'team', index);
	return {
		to,
		targeting: conditions(ctx, index),
		...(team === ''
			? {}
			: {
					team: team
						.split(',')
						.map((id) => id.trim())
						.filter((id) => id !== ''),
				}),
	};
}

/** Moves the flag, once per item. Outputs: a flag that reaches nobody after the move (0), one that reaches somebody (1). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const ledger = await withLedger(ctx);
		const by = `execution ${ctx.getExecutionId()} / ${ctx.getNode().name}`;
		for (const index of out.items.keys()) {
			try {
				const key = textParameter(ctx, 'flag', index);
				const release = textParameter(ctx, 'release', index);
				const { flag, before, changed } = await setRollout(
					{ ledger, now },
					key,
					moveOf(ctx, index),
					release,
					by,
				);
				const up = !flag.killed && flag.state !== 'off';
				out.put(up ? DONE : 0, index, {
					flag: { ...flag, share: shareOf(flag) },
					releaseGate: {
						status: changed ? 'set' : 'unchanged',
						flag: key,
						from: before === null ? null : before.killed ? 'killed' : before.state,
						to: flag.killed ? 'killed' : flag.state,
					},
				});
			} catch (error) {
				out.misconfigured(index, error);
			}
		}
	});
}
