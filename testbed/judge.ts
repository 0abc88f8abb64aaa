/** One email the mail stand-in accepted. */
export interface Mail {
	/** HubSpot id of the contact it went to. */
	readonly contact: string;
	/** Milliseconds since 1970. */
	readonly at: number;
	/** The slot that the email says it belongs to, where it says one. */
	readonly slot?: string;
}

/**
 * Emails of the slot that the first of them says. A run that begins late in a slot is still sending when the next one opens:
 * by their time its emails would count for two slots.
 */
export const inFirstSlot = (mail: readonly Mail[]): readonly Mail[] =>
	mail.filter(({ slot }) => slot === mail[0]?.slot);

/** One value HubSpot was given for a property that says "delivered". */
export interface DeliveredMark {
	readonly contact: string;
	/** When the stand-in took it, milliseconds since 1970. */
	readonly writtenAt: number;
	/** The value: when the delivery happened, milliseconds since 1970. */
	readonly saysAt: number;
}

/** The slots of a demonstration, reckoned here and not by the package: the judge stands outside. */
export interface Slots {
	/** When slot 0 opens, milliseconds since 1970. */
	readonly anchor: number;
	/** Length of a slot in milliseconds. */
	readonly every: number;
	readonly minimumGap: number;
}

/** What is wrong, one sentence each; empty when the promise was kept. */
export type Violations = readonly string[];

/** Number of the slot an instant falls into. */
export function slotOf(slots: Slots, at: number): number {
	return Math.floor((at - slots.anchor) / slots.every);
}

/** Everyone expected got exactly one email, and nobody else got any. */
export function judgeOneEach(mail: readonly Mail[], expected: readonly string[]): Violations {
	const counts = new Map<string, number>();
	for (const { contact } of mail) counts.set(contact, (counts.get(contact) ?? 0) + 1);
	const wanted = new Set(expected);
	return [
		...expected
			.filter((contact) => counts.get(contact) !== 1)
			.map((contact) => `contact ${contact} got ${counts.get(contact) ?? 0} emails instead of one`),
		...[...counts.keys()]
			.filter((contact) => !wanted.has(contact))
			.map((contact) => `contact ${contact} got an email and was owed none`),
	];
}

/** Nothing was sent. */
export function judgeNothingSent(mail: readonly Mail[]): Violations {
	return mail.map(({ contact }) => `contact ${contact} got an email`);
}

/** No two emails to one contact in one slot, nor closer than the minimum gap (promises 1 and 4). */
export function judgeRhythm(mail: readonly Mail[], slots: Slots): Violations {
	const violations: string[] = [];
	const last = new Map<string, number>();
	for (const { contact, at } of [...mail].sort((left, right) => left.at - right.at)) {
		const before = last.get(contact);
		last.set(contact, at);
		if (before === undefined) continue;
		if (slotOf(slots, before) === slotOf(slots, at))
			violations.push(`contact ${contact} got two emails in slot ${slotOf(slots, at)}`);
		if (at - before < slots.minimumGap)
			violations.push(`contact ${contact} got two emails within ${at - before} ms`);
	}
	return violations;
}

/** Nothing that says "delivered" is in HubSpot before, or without, an accepted email (promise 3). */
export function judgeMarks(
	mail: readonly Mail[],
	marks: readonly DeliveredMark[],
	toleranceMs: number,
): Violations {
	const accepted = new Map<string, number[]>();
	for (const { contact, at } of mail) accepted.set(contact, [...(accepted.get(contact) ?? []), at]);
	return marks.flatMap(({ contact, writtenAt, saysAt }) => {
		const sent = (accepted.get(contact) ?? []).find((at) => Math.abs(at - saysAt) <= toleranceMs);
		if (sent === undefined) return [`HubSpot says contact ${contact} was served, and no email was accepted`];
		return writtenAt < sent
			? [`HubSpot said contact ${contact} was served ${sent - writtenAt} ms too early`]
			: [];
	});
}

/** HubSpot was told of every email (promise 11: delayed perhaps, lost never). */
export function judgeTold(
	mail: readonly Mail[],
	marks: readonly DeliveredMark[],
	toleranceMs: number,
): Violations {
	const told = new Map<string, number[]>();
	for (const { contact, saysAt } of marks) told.set(contact, [...(told.get(contact) ?? []), saysAt]);
	return mail
		.filter(({ contact, at }) => !told.get(contact)?.some((saysAt) => Math.abs(at - saysAt) <= toleranceMs))
		.map(({ contact }) => `HubSpot was not told of an email to contact ${contact}`);
}

/** HubSpot's delivery count rose by the number of emails each contact got, whatever it was before. */
export function judgeCounts(mail: readonly Mail[], rises: ReadonlyMap<string, number>): Violations {
	const emails = new Map<string, number>();
	for (const { contact } of mail) emails.set(contact, (emails.get(contact) ?? 0) + 1);
	return [...new Set([...emails.keys(), ...rises.keys()])]
		.filter((contact) => (emails.get(contact) ?? 0) !== (rises.get(contact) ?? 0))
		.map(
			(contact) =>
				`the count of contact ${contact} rose by ${rises.get(contact) ?? 0} with ${emails.get(contact) ?? 0} emails`,
		);
}
