import type { INodeProperties } from 'n8n-workflow';
import { nextSlot, parseCadence, slotAt } from '../../../core/delivery/cadence';
import type { SpineSettings } from '../../../core/delivery/spine-settings';
import { now } from '../../kit/clock';
import { shownFor, spineParameter } from '../../kit/descriptions';
import { CONTACTS_TARGET } from '../../../app/ledger/context';
import type { OperationContext } from '../resource';
import { knownSpine } from './known-spine';
import { rhythmJson, spineJson } from './spine-record';

export const option = {
	name: 'Show',
	value: 'show',
	action: 'Show a spine',
	description:
		'Get settings, open deliveries by state, waiting outside writes and the head of the event chain',
};

export const description: INodeProperties[] = shownFor({ resource: ['spine'], operation: ['show'] }, [
	spineParameter(),
	{
		displayName: 'Verify Event Chain',
		name: 'verifyChain',
		type: 'boolean',
		default: true,
		description:
			'Whether to check every hash of the event chain, which takes time in proportion to its length',
	},
]);

const iso = (instant: number): string => new Date(instant).toISOString();

const slotsOf = ({ cadence }: SpineSettings): object => {
	const parsed = parseCadence(cadence);
	const at = now();
	const open = slotAt(parsed, at);
	const next = nextSlot(parsed, at);
	return {
		openSlot: open && { id: open.id, opensAt: iso(open.opensAt), closesAt: iso(open.closesAt) },
		nextSlot: { id: next.id, opensAt: iso(next.opensAt) },
	};
};

/** One record. Throws `ledger-spine-unknown`. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { ledger } = context.ports;
	const record = await knownSpine(context);
	const { waiting, refused, oldestAt } = await ledger.outbox.backlog(CONTACTS_TARGET);
	const outbox = { waiting, refused, oldestAt: oldestAt === null ? null : iso(oldestAt) };
	const verify = context.parameters.flag('verifyChain', true);
	const chain = verify ? { chain: await ledger.events.verify() } : {};
	return [
		{ ...spineJson(record), ...rhythmJson(record.settings), ...slotsOf(record.settings), outbox, ...chain },
	];
}
