import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { Due } from '../../../app/deliver/collected';
import { dueNow, type DueRun } from '../../../app/deliver/due';
import { recipientsFromItems } from '../../../app/deliver/from-items';
import { mergesOf, recipientsFromDirectory, type RecipientPage } from '../../../app/deliver/recipients';
import type { Ledger } from '../../../app/ledger/api';
import { spaceOf } from '../../../core/delivery/key';
import type { PropertyMapping, SpineRecord } from '../../../core/delivery/spine-settings';
import type { Instant } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import { noteAsking } from '../../kit/asking';
import { now, wait } from '../../kit/clock';
import { shownFor, spineParameter, ticked } from '../../kit/descriptions';
import { directoryOf, keepLimitsRead } from '../../kit/directory';
import { toNodeError } from '../../kit/errors';
import { noteExecution } from '../../kit/execution-note';
import { withLedger } from '../../kit/ledger';
import { Parameters } from '../../kit/parameters';
import { adviseOnSettings } from '../../kit/settings-hints';
import { hintsOf } from '../hints';

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
		displayName: 'Rehearse Whom',
		name: 'rehearseWhom',
		type: 'options',
		options: [
			{
				name: 'Everybody',
				value: 'everybody',
				description: 'A spine in dry run hands out everybody who is due',
			},
			{
				name: 'Test Recipients',
				value: 'testRecipients',
				description:
					'Only the test recipients of the spine, where it names any; everybody where it names none',
			},
		],
		default: 'everybody',
		description:
			'Whom a spine in dry run hands out. A live spine and a shadow take no notice of it: test recipients of a live spine always come as a dry run.',
	},
	{
		displayName: 'Rehearse With',
		name: 'rehearseWith',
		type: 'options',
		options: [
			{
				name: 'Made-Up Profiles',
				value: 'madeUp',
				description:
					'Addresses, names and texts are made up, the same ones for a recipient each time; what the spine itself reads stays',
			},
			{
				name: 'Real Profiles',
				value: 'real',
				description: 'The profile as it was read goes to whatever follows, a vendor included',
			},
		],
		default: 'madeUp',
		description:
			'What a dry run takes for the profile of a recipient. Live deliveries and test recipients always have their own.',
	},
	{
		displayName: 'Properties to Keep',
		name: 'keptChosen',
		...ticked('getProperties'),
		description: 'Properties that a made-up profile has as they are: choices that name nobody',
		displayOptions: { show: { contacts: ['hubSpot'], rehearseWith: ['madeUp'] } },
	},
	{
		displayName: 'Properties to Keep, by Name',
		name: 'keptProperties',
		type: 'string',
		default: '',
		placeholder: 'e.g. cc_profile_tone, cc_profile_length',
		description: 'The same by their names, separated by commas',
		displayOptions: { show: { rehearseWith: ['madeUp'] } },
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
		displayName: 'Dry Run Label',
		name: 'dryRunLabel',
		type: 'string',
		default: '',
		placeholder: 'e.g. warmer-opening-line',
		description:
			'Label of the dry run of the shadow, so that each version is rehearsed apart; empty for the one of the spine',
		displayOptions: { show: { shadow: [true] } },
	},
	{
		displayName: 'Shadow Recipients',
		name: 'shadowRecipients',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description:
			'Most recipients of the slot that the shadow rehearses, the same ones in each run; 0 for all of them',
		displayOptions: { show: { shadow: [true] } },
	},
	{
		displayName:
			'Each item carries the envelope in the field delivery and the frozen contact in the field contact. Follow it with Release Gate.',
		name: 'getNotice',
		type: 'notice',
		default: '',
	},
]);

const fromItems = (parameters: Parameters): boolean => parameters.text('contacts') === 'items';

async function* pagesOf(
	ctx: IExecuteFunctions,
	ledger: Ledger,
	parameters: Parameters,
	mapping: PropertyMapping,
	at: Instant,
	after: string | null,
): AsyncGenerator<RecipientPage> {
	if (fromItems(parameters)) {
		const fields = {
			id: parameters.text('idField'),
			properties: parameters.text('propertiesField'),
		};
		yield* recipientsFromItems(ctx.getInputData(), fields, mapping);
	} else {
		yield* recipientsFromDirectory(await directoryOf(ctx, ledger), mapping, at, after);
	}
}

/**
 * How many deliveries of the open slot are committed, where a run hands out nothing and somebody may ask why; `null` otherwise.
 * Whom a commit moved on is not read again, so that the tally says nothing of them.
 */
async function committedIn(ledger: Ledger, { settings }: SpineRecord, run: DueRun): Promise<number | null> {
	if (run.status !== 'open' || run.shadowOf !== undefined || run.found.due.length > 0) return null;
	const { opensAt: from } = run.slot;
	const space = spaceOf(settings.mode, settings.dryRun);
	const [slot] = await ledger.deliveries.statistics({ spine: settings.spine, space, from, to: from + 1 });
	return slot?.committed ?? 0;
}

async function handedOut(ctx: IExecuteFunctions): Promise<readonly Due[]> {
	const ledger = await withLedger(ctx);
	const parameters = new Parameters(ctx);
	const name = parameters.picked('spine');
	const limit = parameters.number('limit', 'Limit', { least: 1, whole: true });
	const spine = name === '' ? null : await ledger.spines.get(name);
	if (spine === null) throw gateError('ledger-spine-unknown', { spine: name });
	const run = await dueNow(
		{ ledger, now },
		{
			spine,
			limit,
			shadow: parameters.flag('shadow'),
			label: parameters.text('dryRunLabel'),
			recipients: parameters.number('shadowRecipients', 'Shadow Recipients', {
				fallback: 0,
				least: 0,
				whole: true,
			}),
			madeUp:
				parameters.text('rehearseWith') === 'real'
					? null
					: { keep: parameters.names('keptChosen', 'keptProperties') },
			testersOnly: parameters.text('rehearseWhom') === 'testRecipients',
			pages: (mapping, at, after) => pagesOf(ctx, ledger, parameters, mapping, at, after),
			...(fromItems(parameters)
				? {}
				: {
						patience: { wait: (ms) => wait(ms, ctx.getExecutionCancelSignal()) },
						mergesOf: async (ids) => await mergesOf(await directoryOf(ctx, ledger), ids),
					}),
		},
	);
	await keepLimitsRead(ctx, ledger);
	// A shadow is somebody's rehearsal, and a run that ends with an error n8n keeps.
	if (run.status !== 'open' || (run.shadowOf === undefined && run.cause === null))
		await noteAsking(ctx, ledger);
	ctx.addExecutionHints(...hintsOf(spine, run, await committedIn(ledger, spine, run)));
	if (run.status !== 'open') {
		noteExecution(ctx, { spine: name });
		return [];
	}
	const { due, tally, held } = run.found;
	const release = due.find(({ delivery }) => delivery.release !== undefined)?.delivery.release;
	noteExecution(ctx, {
		spine: name,
		slot: run.slot.id,
		...(release === undefined ? {} : { release }),
		outcomes: [
			{ word: 'handed out', count: due.length },
			{ word: 'held', count: tally.held, reasons: held },
		],
	});
	if (run.cause !== null) throw run.cause;
	return due;
}

/** Registers and hands out what is due. One output: deliveries. Throws n8n errors for the set-up, not for contacts. */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	adviseOnSettings(ctx, 1);
	try {
		const due = await handedOut(ctx);
		return [
			due.map(({ delivery, contact, item }) => ({
				json: { delivery, contact },
				pairedItem: { item },
			})),
		];
	} catch (error) {
		throw toNodeError(ctx, error);
	}
}
