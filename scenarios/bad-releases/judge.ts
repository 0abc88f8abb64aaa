import { judgeRhythm, slotOf, type Mail, type Slots, type Violations } from '../../testbed/judge';

/** One mail with the delivery it says it belongs to. */
export interface KeyedMail extends Mail {
	readonly key: string;
}

/** Everything HubSpot was told of one property of one contact, oldest first; instants and counts as numbers. */
export interface Told {
	readonly contact: string;
	readonly values: readonly number[];
}

/** Every mail belongs to a delivery the ledger committed: nothing left without a claim. */
export function judgeClaimed(mail: readonly KeyedMail[], committed: ReadonlySet<string>): Violations {
	return mail
		.filter(({ key }) => !committed.has(key))
		.map(
			({ contact, key }) =>
				`contact ${contact} got a mail for ${key || 'no delivery'}, which was not committed`,
		);
}

/** No mail twice for one delivery. */
export function judgeOncePerDelivery(mail: readonly KeyedMail[]): Violations {
	const seen = new Set<string>();
	return mail.flatMap(({ key }) => {
		const again = seen.has(key);
		seen.add(key);
		return again ? [`delivery ${key} was mailed twice`] : [];
	});
}

/** Nothing goes back: a count never falls, a last delivery is never earlier than the one before. */
export function judgeNeverRewound(what: string, told: readonly Told[]): Violations {
	return told.flatMap(({ contact, values }) => {
		const at = values.findIndex((value, index) => index > 0 && value < (values[index - 1] ?? value));
		return at < 0 ? [] : [`${what} of contact ${contact} went back from ${values[at - 1]} to ${values[at]}`];
	});
}

/** When everybody is due next is the opening of a slot of the rhythm, and lies after the slot given. */
export function judgeNextInRhythm(
	next: readonly { readonly contact: string; readonly at: number }[],
	slots: Slots,
	after: number,
): Violations {
	return next
		.filter(({ at }) => (at - slots.anchor) % slots.every !== 0 || slotOf(slots, at) <= after)
		.map(
			({ contact, at }) =>
				`contact ${contact} is due next at ${new Date(at).toISOString()}, which is out of rhythm`,
		);
}

/**
 * The mail of one slot: everybody once, all of it inside the window. `late` is how far the last one may come after the
 * slot opened, in milliseconds.
 */
export function judgeSlot(
	mail: readonly Mail[],
	slots: Slots,
	slot: number,
	contacts: readonly string[],
	late: number,
): Violations {
	const opened = slots.anchor + slot * slots.every;
	const of = mail.filter(({ at }) => slotOf(slots, at) === slot);
	const counts = new Map<string, number>();
	for (const { contact } of of) counts.set(contact, (counts.get(contact) ?? 0) + 1);
	return [
		...contacts
			.filter((contact) => counts.get(contact) !== 1)
			.map((contact) => `contact ${contact} got ${counts.get(contact) ?? 0} mails in slot ${slot}`),
		...of
			.filter(({ at }) => at - opened > late)
			.map(
				({ contact, at }) =>
					`contact ${contact} got its mail ${Math.round((at - opened) / 1000)} s after slot ${slot} opened`,
			),
	];
}

/** At most one mail for each contact in a slot, never closer than the minimum gap. */
export const judgeGap = (mail: readonly Mail[], slots: Slots): Violations => judgeRhythm(mail, slots);
