import { parseCadence, type Slot, slotToRehearse } from '../../core/delivery/cadence';
import type { MadeUp } from '../../core/delivery/made-up';
import type { PropertyMapping, SpineRecord } from '../../core/delivery/spine-settings';
import type { Instant } from '../../core/delivery/types';
import type { ReleaseGateError } from '../../core/errors';
import type { Ledger } from '../ledger/api';
import { collectDue, openSlot } from './collect';
import type { Collected } from './collected';
import type { DeliverPorts } from './ports';
import type { ReadingPatience } from './reading';
import type { Merges, RecipientPage } from './recipients';
import { collectShadow } from './shadow';

/** What one run is asked for. */
export interface DueRequest {
	readonly spine: SpineRecord;
	/** Most deliveries to hand out. */
	readonly limit: number;
	/** Hand out, as a dry run, what the last slot had frozen. */
	readonly shadow: boolean;
	/** Label of the dry run of a shadow; the spine's own if absent or empty. */
	readonly label?: string;
	/** Most recipients that a shadow rehearses, whatever the number of runs; all if absent or 0. */
	readonly recipients?: number;
	/** Rehearse with profiles that are made up; absent or `null` for the real ones. Test recipients keep theirs. */
	readonly madeUp?: MadeUp | null;
	/** Rehearse with the test recipients of the spine alone, where it names any; everybody if absent. */
	readonly testersOnly?: boolean;
	/** Where the recipients come from. */
	readonly pages: (
		mapping: PropertyMapping,
		now: Instant,
		after: string | null,
	) => AsyncIterable<RecipientPage>;
	/** How this run waits for others that read the same contacts; absent where nobody else reads them. */
	readonly patience?: ReadingPatience;
	/** Which recipients are part of another one now; absent where nobody can be asked. */
	readonly mergesOf?: (ids: readonly string[]) => Promise<Merges>;
}

/** What one run came to. */
export type DueRun =
	| { readonly status: 'paused' }
	| { readonly status: 'closed'; readonly at: Instant }
	| {
			readonly status: 'open';
			readonly slot: Slot;
			readonly found: Collected;
			/** The slot a shadow's inputs come from; `null` where none had any, absent when it was no shadow. */
			readonly shadowOf?: string | null;
			/**
			 * What a person must mend, when it kept the run from handing out anything: such a run would pass for one
			 * in which nobody was due.
			 */
			readonly cause: ReleaseGateError | null;
	  };

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
				? 'Reading contacts ended early; who cannot be asked about waits.'
				: 'Some contacts could not be read; the others are handed out.',
			data: { reason, unread: found.unread.length, handedOut: found.due.length },
		},
	]);
}

const isForTesters = ({ settings }: SpineRecord, testersOnly: boolean): boolean =>
	testersOnly && settings.mode === 'dry-run' && settings.testRecipients.length > 0;

/**
 * One run of a spine: sweeps it, then registers and hands out what it owes in its open slot. Throws what the ledger
 * and the cadence throw.
 */
export async function dueNow(
	{ ledger, now }: Omit<DeliverPorts, 'by'>,
	{
		spine,
		limit,
		shadow,
		label = '',
		recipients = 0,
		madeUp = null,
		testersOnly = false,
		pages,
		patience,
		mergesOf,
	}: DueRequest,
): Promise<DueRun> {
	await ledger.deliveries.sweep(spine.settings.spine);
	const at = now();
	if (spine.paused) return { status: 'paused' };
	const slot = shadow ? slotToRehearse(parseCadence(spine.settings.cadence), at) : openSlot(spine, at);
	if (slot === null) return { status: 'closed', at };
	if (shadow) {
		const found = await collectShadow({ ledger, spine, slot, limit, label, recipients, madeUp });
		return { status: 'open', slot, found, shadowOf: found.from, cause: null };
	}
	const found = await collectDue({
		ledger,
		spine,
		slot,
		now: at,
		limit,
		madeUp,
		testersOnly,
		pages: (after) => pages(spine.settings.properties, at, after),
		// A look at the test recipients alone has not read the others.
		...(patience === undefined || isForTesters(spine, testersOnly) ? {} : { patience }),
		...(mergesOf ? { mergesOf } : {}),
	});
	await record(ledger, spine, slot, found);
	const cause = found.stopped ?? found.unread.find(({ code }) => BLOCKING.has(code)) ?? null;
	const mend = cause !== null && found.due.length === 0 && !PASSING.has(cause.code) ? cause : null;
	return { status: 'open', slot, found, cause: mend };
}
