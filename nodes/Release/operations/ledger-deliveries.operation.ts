import type { INodeProperties } from 'n8n-workflow';
import { deliveryKey, modeOf, spaceOf } from '../../../core/delivery/key';
import type { DeliveryRef, DeliveryState } from '../../../core/delivery/types';
import type { DeliveryRecord } from '../../../core/delivery/record';
import { limitParameter, shownFor, spineParameter } from '../../kit/descriptions';
import type { OperationContext } from '../resource';

export const option = {
	name: 'List Deliveries',
	value: 'deliveries',
	action: 'List deliveries',
	description: 'Get deliveries by state, one item each, without their frozen input',
};

const states: ReadonlyArray<readonly [name: string, value: DeliveryState]> = [
	['Claimed', 'claimed'],
	['Committed', 'committed'],
	['Due', 'due'],
	['Failed', 'failed'],
	['Held', 'held'],
	['In Doubt', 'in-doubt'],
	['Missed', 'missed'],
	['Sending', 'sending'],
];

export const description: INodeProperties[] = shownFor({ resource: ['ledger'], operation: ['deliveries'] }, [
	spineParameter({ required: false, description: 'Only deliveries of this spine; all if empty' }),
	{
		displayName: 'States',
		name: 'states',
		type: 'multiOptions',
		options: states.map(([name, value]) => ({ name, value })),
		default: ['in-doubt', 'missed', 'held'],
		description: 'Which states to list; none selected lists all',
	},
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{ ...limitParameter, displayOptions: { show: { returnAll: [false] } } },
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Dry Run',
				name: 'dryRun',
				type: 'string',
				default: '',
				description: 'Label of a dry run, to list its key space instead of the live one',
			},
			{
				displayName: 'Slot',
				name: 'slot',
				type: 'string',
				default: '',
				placeholder: 'e.g. 2026-11-20',
				description: 'ID of one slot',
			},
		],
	},
]);

const PAGE = 1000;

const iso = (instant: number | null): string | null =>
	instant === null ? null : new Date(instant).toISOString();

/** Through whom each spine sends, as it is configured; `null` where it does not say. */
async function sendersOf(
	context: OperationContext,
	records: readonly DeliveryRecord[],
): Promise<(spine: string) => string | null> {
	const names = [...new Set(records.map(({ ref }) => ref.spine))];
	const spines = await Promise.all(names.map(async (name) => await context.ports.ledger.spines.get(name)));
	const senders = new Map(names.map((name, at) => [name, spines[at]?.settings.provider]));
	return (spine) => senders.get(spine) ?? null;
}

const recordJson = (
	{ ref, input: _input, ...record }: DeliveryRecord,
	sendsThrough: string | null,
): object => ({
	spine: ref.spine,
	recipient: ref.recipient,
	slot: ref.slot,
	space: ref.space,
	key: deliveryKey(ref),
	mode: modeOf(ref.space),
	sendsThrough,
	...record,
	opensAt: iso(record.opensAt),
	closesAt: iso(record.closesAt),
	leaseUntil: iso(record.leaseUntil),
	sendingSince: iso(record.sendingSince),
	sentAt: iso(record.sentAt),
	committedAt: iso(record.committedAt),
	outcomeAt: iso(record.outcomeAt),
	registeredAt: iso(record.registeredAt),
	updatedAt: iso(record.updatedAt),
});

/** One record per delivery, in the order of their refs. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { parameters, ports } = context;
	const spine = context.parameters.picked('spine');
	const wanted = parameters.any('states', []) as DeliveryState[];
	const filters = parameters.collection('filters') as { dryRun?: string; slot?: string };
	const limit = parameters.flag('returnAll')
		? Infinity
		: parameters.number('limit', 'Limit', { fallback: 50, least: 1 });
	const query = {
		...(spine === '' ? {} : { spine }),
		...(filters.slot ? { slot: filters.slot } : {}),
		...(wanted.length === 0 ? {} : { states: wanted }),
		space: filters.dryRun ? spaceOf('dry-run', filters.dryRun) : spaceOf('live'),
	};
	const found: DeliveryRecord[] = [];
	let after: DeliveryRef | undefined;
	while (found.length < limit) {
		const page = await ports.ledger.deliveries.list({
			...query,
			limit: Math.min(PAGE, limit - found.length),
			after,
		});
		found.push(...page);
		after = page.at(-1)?.ref;
		if (page.length < PAGE) break;
	}
	const senderOf = await sendersOf(context, found);
	return found.map((record) => recordJson(record, senderOf(record.ref.spine)));
}
