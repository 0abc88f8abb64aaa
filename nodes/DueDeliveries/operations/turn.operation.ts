import type { IExecuteFunctions, INodeExecutionData, INodeProperties, NodeExecutionHint } from 'n8n-workflow';
import { takeTurn } from '../../../app/deliver/turns';
import { listRestMs, type NoTurn, placeRestMs } from '../../../core/delivery/turns';
import { gateError } from '../../../core/errors';
import { noteAsking } from '../../kit/asking';
import { now } from '../../kit/clock';
import { shownFor, spineParameter } from '../../kit/descriptions';
import { toNodeError } from '../../kit/errors';
import { noteExecution } from '../../kit/execution-note';
import { withLedger } from '../../kit/ledger';
import { Parameters } from '../../kit/parameters';

export const option = {
	name: 'Take Turn',
	value: 'turn',
	action: 'Take a turn',
	description: 'Say whether this execution runs the spine once more: as many at once as its Parallel Runs',
};

export const description: INodeProperties[] = shownFor({ operation: ['turn'] }, [
	spineParameter(),
	{
		displayName:
			'Connect the output run to a node Execute Sub-workflow that runs the spine and waits for it, and below that to a node that leads back to this one: n8n finishes the upper branch first. The template Drain shows it.',
		name: 'turnNotice',
		type: 'notice',
		default: '',
	},
]);

/** Output of a turn; output 0 is none. */
const RUN = 1;

const minutes = (ms: number): string => `${ms / 60_000} minutes`;

const why: Readonly<Record<NoTurn, string>> = {
	paused: 'The spine is paused.',
	closed: 'No slot of the spine is open.',
	'budget-spent':
		'The error budget of the spine is spent, so it is not run again and again. Its own schedule goes on; Assess Service Levels looks anew.',
	'nobody-served': `The last run served nobody, though something is due: a vendor may refuse everybody. The place rests for ${minutes(placeRestMs)}.`,
	'nothing-due': `Nothing is due. Contacts are read again ${minutes(listRestMs)} after the last look at all of them.`,
	'no-place': 'As many runs are under way as the Parallel Runs of the spine say.',
	'turns-over': 'This execution has run the spine often enough. The schedule goes on with a new one.',
};

const hint = (message: string): NodeExecutionHint => ({ type: 'info', message, location: 'outputPane' });

async function turnOf(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const ledger = await withLedger(ctx);
	const name = new Parameters(ctx).picked('spine');
	const spine = name === '' ? null : await ledger.spines.get(name);
	if (spine === null) throw gateError('ledger-spine-unknown', { spine: name });
	noteExecution(ctx, { spine: name });
	const owner = `execution ${ctx.getExecutionId()}`;
	const turn = await takeTurn({ ledger, now }, { spine, owner });
	await noteAsking(ctx, ledger);
	if (turn.status === 'none') {
		ctx.addExecutionHints(hint(why[turn.reason]));
		const json = { turn: { spine: name, run: false, reason: turn.reason, sentence: why[turn.reason] } };
		return [[{ json, pairedItem: { item: 0 } }], []];
	}
	const { place, turns } = turn.place;
	const outputs: INodeExecutionData[][] = [[], []];
	outputs[RUN] = [
		{ json: { turn: { spine: name, run: true, place, number: turns } }, pairedItem: { item: 0 } },
	];
	return outputs;
}

/** One item, whatever came in: output 0 without a turn, output 1 with one. Throws n8n errors for the set-up. */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	try {
		return await turnOf(ctx);
	} catch (error) {
		throw toNodeError(ctx, error);
	}
}
