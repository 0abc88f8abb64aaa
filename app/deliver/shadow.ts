import type { Slot } from '../../core/delivery/cadence';
import { spaceOf } from '../../core/delivery/key';
import type { DeliveryRef } from '../../core/delivery/types';
import { gateError, type ReleaseGateError } from '../../core/errors';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { Ledger } from '../ledger/api';
import { inputToRehearse, type MadeUp } from '../../core/delivery/made-up';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import { defaultsToRehearse, withDefaults } from './rehearsal';
import { dueFrom, noTally, type Collected, type Due } from './collected';

/** How far back a slot with frozen inputs is looked for. */
const LOOK_BACK_MS = 30 * 86_400_000;

/** Records per page of frozen deliveries. */
const PAGE = 500;

/** What a shadow run hands out, and from where. */
export interface Shadow extends Collected {
	/** The slot whose inputs these are; `null` where none had frozen anything. */
	readonly from: string | null;
}

interface ShadowInput {
	readonly ledger: Ledger;
	readonly spine: SpineRecord;
	/** The open slot: in it the shadow is registered. */
	readonly slot: Slot;
	/** Most deliveries to hand out. */
	readonly limit: number;
	/** Label of the dry run; the spine's own if empty. */
	readonly label: string;
	/** Most recipients of the slot that are rehearsed, whatever the number of runs; 0 for all. */
	readonly recipients: number;
	/** How profiles are made up; `null` for the real ones. */
	readonly madeUp: MadeUp | null;
}

/** The newest slot that had live deliveries with a frozen input: one before the open one, else the open one itself. */
async function lastSlot({ ledger, spine, slot }: ShadowInput): Promise<string | null> {
	const from = slot.opensAt - LOOK_BACK_MS;
	const query = { spine: spine.settings.spine, space: 'live', from, to: slot.opensAt + 1 } as const;
	const frozen = (await ledger.deliveries.statistics(query)).filter(
		({ registered, held }) => registered > held,
	);
	const [over] = frozen.filter(({ slot: id }) => id !== slot.id).slice(-1);
	return (over ?? frozen.at(-1))?.slot ?? null;
}

/** What must not happen again: it was rehearsed to its end under this label. */
const isOver = ({ state }: DeliveryRecord): boolean => state !== 'due' && state !== 'failed';

/**
 * Hands out what the last slot had frozen, input by input, in the key space of the dry run and in the open slot: the
 * spine runs on yesterday's recipients and touches nothing live. Nobody is asked, and what was held stays held. A second
 * run under the same label hands out only what the first one left. Throws only what the ledger throws.
 */
export async function collectShadow(input: ShadowInput): Promise<Shadow> {
	const { ledger, spine, slot, limit } = input;
	const { spine: name } = spine.settings;
	const dryRun = input.label === '' ? spine.settings.dryRun : input.label;
	const from = await lastSlot(input);
	const defaults = await defaultsToRehearse(ledger, name, spaceOf('dry-run', dryRun));
	const tally = noTally();
	const due: Due[] = [];
	const unread: ReleaseGateError[] = [];
	let after: DeliveryRef | undefined;
	let left = input.recipients > 0 ? input.recipients : Infinity;
	while (from !== null && due.length < limit && left > 0) {
		const page = await ledger.deliveries.list({
			spine: name,
			space: 'live',
			slot: from,
			withInput: true,
			limit: PAGE,
			...(after ? { after } : {}),
		});
		after = page.at(-1)?.ref;
		const looked = page.filter(({ state }) => state !== 'held').slice(0, left);
		left -= looked.length;
		const frozen = looked.flatMap(({ ref, input: contact }) => {
			if (contact === undefined) {
				unread.push(gateError('ledger-input-missing', { ...ref }));
				return [];
			}
			return [
				{
					recipient: ref.recipient,
					contact: withDefaults(inputToRehearse(contact, spine, input.madeUp), defaults),
				},
			];
		});
		// No more than can be handed out: what is registered and not handed out would be the next run's.
		const wanted = frozen.slice(0, limit - due.length);
		const results = await ledger.deliveries.register(
			wanted.map(({ recipient, contact }) => ({
				ref: { spine: name, space: spaceOf('dry-run', dryRun), slot: slot.id, recipient },
				opensAt: slot.opensAt,
				closesAt: slot.closesAt,
				cadenceIndex: slot.index,
				input: contact,
			})),
		);
		results.forEach(({ status, delivery }, at) => {
			const contact = wanted[at]?.contact;
			if (contact === undefined) return;
			if (status === 'known' && isOver(delivery)) {
				tally.known += 1;
				return;
			}
			tally[status === 'known' ? 'again' : 'registered'] += 1;
			due.push(dueFrom(delivery, contact, 0));
		});
		if (page.length < PAGE) break;
	}
	return { due, tally, held: [], notDue: [], unread, stopped: null, limited: due.length >= limit, from };
}
