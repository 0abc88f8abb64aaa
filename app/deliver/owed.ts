import { minimumGapMs, parseCadence, type Slot } from '../../core/delivery/cadence';
import { assessRecipient } from '../../core/delivery/eligibility';
import { envelopeOf } from '../../core/delivery/envelope';
import { spaceOf } from '../../core/delivery/key';
import { inputToRehearse, type MadeUp } from '../../core/delivery/made-up';
import type { Registration } from '../../core/delivery/record';
import { modeFor } from '../../core/delivery/routing';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import type { Instant } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';
import type { Recipient } from './recipients';

/** Whose open slot it is. */
export interface Owing {
	readonly ledger: Ledger;
	readonly spine: SpineRecord;
	readonly slot: Slot;
	readonly now: Instant;
	/** How profiles of a dry run are made up; `null` for the real ones. */
	readonly madeUp: MadeUp | null;
}

/** What one recipient is owed, before it is registered. */
export interface Owed {
	readonly registration: Registration;
	/** Ids it was known by before. */
	readonly former: readonly string[];
	/** Index of the item it came from. */
	readonly item: number;
}

/** Why nothing is owed to a recipient. */
export interface NotDue {
	readonly notDue: string;
}

/** What a recipient is owed in the slot, or held for a reason; or why nothing is due. Throws what cannot be read of it. */
export function owedTo({ spine, slot, now, madeUp }: Owing, recipient: Recipient): Owed | NotDue {
	const { settings } = spine;
	const assessment = assessRecipient(recipient, settings.properties, now);
	if (assessment.status === 'not-due') return { notDue: assessment.reason };
	const space = spaceOf(modeFor(spine, recipient.id), settings.dryRun);
	const { recipient: id } = envelopeOf({
		spine: settings.spine,
		space,
		slot: slot.id,
		recipient: recipient.id,
	});
	const registration: Registration = {
		ref: { spine: settings.spine, space, slot: slot.id, recipient: id },
		opensAt: slot.opensAt,
		closesAt: slot.closesAt,
		cadenceIndex: slot.index,
		...(assessment.status === 'held'
			? { input: { id }, hold: assessment.reason }
			: {
					input: space === 'live' ? assessment.input : inputToRehearse(assessment.input, spine, madeUp),
				}),
	};
	return { registration, former: recipient.formerIds ?? [], item: recipient.item };
}

/** Those of them whom the spine has served less than its minimum gap ago. */
export async function tooSoon(
	{ ledger, spine, now }: Owing,
	owed: readonly Owed[],
): Promise<ReadonlySet<Owed>> {
	const { settings } = spine;
	const gap = minimumGapMs(parseCadence(settings.cadence));
	const late = new Set<Owed>();
	for (const space of new Set(owed.map(({ registration }) => registration.ref.space))) {
		const here = owed.filter(({ registration }) => registration.ref.space === space);
		const recipients = here.map(({ registration }) => registration.ref.recipient);
		const sent = await ledger.deliveries.lastSent(settings.spine, space, recipients);
		here.forEach((entry, at) => {
			const last = sent[at];
			if (typeof last === 'number' && now - last < gap) late.add(entry);
		});
	}
	return late;
}
