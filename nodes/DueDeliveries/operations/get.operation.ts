import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { gateError } from '../../../core/errors';
import type { Ledger } from '../../../app/ledger/api';
import type { PropertyMapping, SpineRecord } from '../../../core/delivery/spine-settings';
import type { Slot } from '../../../core/delivery/cadence';
import type { Instant } from '../../../core/delivery/types';
import { now } from '../../kit/clock';
import { shownFor, spineParameter } from '../../kit/descriptions';
import { toNodeError } from '../../kit/errors';
import { withLedger } from '../../kit/ledger';
import { adviseOnSettings } from '../../kit/settings-hints';
import { type Collected, collectDue, openSlot } from '../../../app/deliver/collect';
import { directoryOf } from '../../kit/directory';
import { recipientsFromItems } from '../../../app/deliver/from-items';
import { closedHint, pausedHint, runHints, shadowHint } from '../hints';
import { recipientsFromDirectory, type RecipientPage } from '../../../app/deliver/recipients';
import { collectShadow } from '../../../app/deliver/shadow';

export const option = {
	name: 'Get Due Deliveries',
	value: 'get',
	action: 'Get due deliveries',
	description: 'Register and hand out what a spine owes in its open slot',
};

export const description: INodeProperties[] = shownFor({ operation: ['get'] }, [
	{
		displayName: 'Contacts',
		name: 'contacts',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'From HubSpot',
				value: 'hubSpot',
				description: 'Search for active contacts whose next eligible time has come, however many there are',
			},
			{
				name: 'From Input Items',
				value: 'items',
				description: 'Each input item is one contact, with the properties of the spine',
			},
		],
		default: 'hubSpot',
		description: 'Where the contacts come from. Both are assessed alike.',
	},
	spineParameter(),
	{
		displayName: 'Recipient ID Field',
		name: 'idField',
		type: 'string',
		default: 'id',
		required: true,
		placeholder: 'e.g. id',
		description: 'Name of the field that holds the ID of the contact. Write the name, not an expression.',
		displayOptions: { show: { contacts: ['items'] } },
	},
	{
		displayName: 'Properties Field',
		name: 'propertiesField',
		type: 'string',
		default: 'properties',
		placeholder: 'e.g. properties',
		description:
			'Name of the field that holds the properties of the contact; empty if they are fields of the item itself',
		displayOptions: { show: { contacts: ['items'] } },
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 1000,
		description:
			'Max number of results to return. What is left comes with the next run of the same slot, so choose what one run can send within the claim lease.',
	},
	{
		displayName: 'Shadow',
		name: 'shadow',
		type: 'boolean',
		default: false,
		description:
			'Whether to hand out, as a dry run, what the last slot had frozen, whatever the mode of the spine. Nobody is read, and nothing live is touched.',
	},
	{
		displayName:
			'Each item carries the envelope in the field delivery and the frozen contact in the field contact. Follow it with Release Gate.',
		name: 'getNotice',
		type: 'notice',
		default: '',
	},
]);

const text = (ctx: IExecuteFunctions, name: string): string => {
	const value = ctx.getNodeParameter(name, 0, '');
	return typeof value === 'string' ? value.trim() : '';
};

const limitOf = (ctx: IExecuteFunctions): number => {
	const limit = Number(ctx.getNodeParameter('limit', 0));
	if (Number.isInteger(limit) && limit >= 1) return limit;
	throw gateError('parameter-unreadable', {
		parameter: 'Limit',
		reason: 'it must be a whole number from 1 on',
	});
};

async function* pagesOf(
	ctx: IExecuteFunctions,
	mapping: PropertyMapping,
	at: Instant,
): AsyncGenerator<RecipientPage> {
	if (ctx.getNodeParameter('contacts', 0) === 'items') {
		const fields = { id: text(ctx, 'idField'), properties: text(ctx, 'propertiesField') };
		yield* recipientsFromItems(ctx.getInputData(), fields, mapping);
	} else {
		yield* recipientsFromDirectory(await directoryOf(ctx), mapping, at);
	}
}

/** What passes by itself: new deliveries pause quietly, and the next run tries again. */
const PASSING: ReadonlySet<string> = new Set([
	'hubspot-throttled',
	'hubspot-daily-limit',
	'hubspot-locked',
	'hubspot-migrating',
	'hubspot-outage',
	'hubspot-timeout',
	'hubspot-unreachable',
]);

/** What keeps every contact from being read until a person mends it. */
const BLOCKING: ReadonlySet<string> = new Set([
	'hubspot-token-expired',
	'hubspot-token-refused',
	'hubspot-scope-missing',
]);

/** Tells Release Trigger and the audit that contacts could not be read. Nothing about the contacts themselves. */
async function record(ledger: Ledger, spine: SpineRecord, slot: Slot, found: Collected): Promise<void> {
	if (found.stopped === null && found.unread.length === 0) return;
	const reason = found.stopped?.code ?? found.unread[0]?.code ?? '';
	await ledger.events.append([
		{
			kind: 'contacts.unread',
			spine: spine.settings.spine,
			subject: slot.id,
			sentence: found.stopped
				? 'Reading contacts ended early; what was frozen before is handed out.'
				: 'Some contacts could not be read; the others are handed out.',
			data: { reason, unread: found.unread.length, handedOut: found.due.length },
		},
	]);
}

async function collected(ctx: IExecuteFunctions): Promise<Collected | null> {
	const ledger = await withLedger(ctx);
	const name = text(ctx, 'spine');
	const limit = limitOf(ctx);
	const spine = name === '' ? null : await ledger.spines.get(name);
	if (spine === null) throw gateError('ledger-spine-unknown', { spine: name });
	await ledger.deliveries.sweep(spine.settings.spine);
	const at = now();
	if (spine.paused) {
		ctx.addExecutionHints(pausedHint(spine));
		return null;
	}
	const slot = openSlot(spine, at);
	if (slot === null) {
		ctx.addExecutionHints(closedHint(spine, at));
		return null;
	}
	if (ctx.getNodeParameter('shadow', 0, false) === true) {
		const shadow = await collectShadow({ ledger, spine, slot, limit });
		ctx.addExecutionHints(shadowHint(shadow.from), ...runHints(slot.id, shadow));
		return shadow;
	}
	const pages = pagesOf(ctx, spine.settings.properties, at);
	const found = await collectDue({ ledger, spine, slot, now: at, limit, pages });
	await record(ledger, spine, slot, found);
	ctx.addExecutionHints(...runHints(slot.id, found));
	// A run that a person must mend and that hands out nothing would pass for one in which nobody was due.
	const cause = found.stopped ?? found.unread.find(({ code }) => BLOCKING.has(code)) ?? null;
	if (cause !== null && found.due.length === 0 && !PASSING.has(cause.code)) throw cause;
	return found;
}

/** Registers and hands out what is due. One output: deliveries. Throws n8n errors for the set-up, not for contacts. */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	adviseOnSettings(ctx, 1);
	try {
		const found = await collected(ctx);
		return [
			(found?.due ?? []).map(({ delivery, contact, item }) => ({
				json: { delivery, contact },
				pairedItem: { item },
			})),
		];
	} catch (error) {
		throw toNodeError(ctx, error);
	}
}
