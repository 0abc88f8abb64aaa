import {
	judgeCounts,
	judgeMarks,
	judgeRhythm,
	type DeliveredMark,
	type Mail,
	type Slots,
} from '../../testbed/judge';

/** A mail the stand-in accepted, with the delivery it says it belongs to. */
export interface KeyedMail extends Mail {
	readonly key: string;
}

/** One delivery as the ledger has it. */
export interface DeliverySeen {
	readonly key: string;
	readonly contact: string;
	readonly slot: string;
	readonly state: string;
	readonly reason: string | null;
}

/** One claim that was granted, as the events tell it. */
export interface Grant {
	readonly key: string;
	readonly contact: string;
	readonly token: number;
}

/** Everything that can be seen from outside once the dust has settled. */
export interface Sight {
	readonly slots: Slots;
	readonly mail: readonly KeyedMail[];
	readonly marks: readonly DeliveredMark[];
	readonly rises: ReadonlyMap<string, number>;
	readonly deliveries: readonly DeliverySeen[];
	readonly grants: readonly Grant[];
	/** Slots recorded as missed as a whole. */
	readonly missedSlots: readonly string[];
	/** `intact`, or what is wrong with the chain. */
	readonly chain: string;
	/** Writes to HubSpot that still wait. */
	readonly backlog: number;
	/** Who was due, and the slots in one of which something must be recorded: reckoned by the harness alone. */
	readonly due: readonly { readonly contact: string; readonly anyOf: readonly string[] }[];
	/** Whether writes to HubSpot had time to arrive: they may be delayed, never lost. */
	readonly told: boolean;
}

/** HubSpot keeps milliseconds; providers and records may round to a second, and clocks are read apart. */
const toleranceMs = 2_000;

/** States a delivery may rest in, each of them a record of what became of it. */
const recorded = new Set(['committed', 'failed', 'held', 'missed', 'in-doubt']);

/** Every promise that was broken, one sentence each; the judge sees the outside and trusts no component. */
export function judge(sight: Sight): readonly string[] {
	const { slots, mail, marks } = sight;
	return [
		...judgeKeys(sight),
		...judgeGrants(sight),
		...judgeLedger(sight),
		...judgeAccounts(sight),
		...judgeRhythm(mail, slots),
		...judgeMarks(mail, marks, toleranceMs),
		...(sight.told ? [...judgeLastTold(mail, marks), ...judgeCounts(mail, sight.rises)] : []),
		...(sight.told && sight.backlog > 0 ? [`${sight.backlog} writes to HubSpot still wait`] : []),
		...(sight.chain === 'intact' ? [] : [`the event chain is not intact: ${sight.chain}`]),
	];
}

/** HubSpot knows the last mail of each contact. An earlier one may be skipped: of several waiting writes the newest counts. */
function judgeLastTold(mail: readonly Mail[], marks: readonly DeliveredMark[]): readonly string[] {
	const last = new Map<string, number>();
	for (const { contact, at } of mail) last.set(contact, Math.max(at, last.get(contact) ?? 0));
	const told = new Map<string, number>();
	for (const { contact, saysAt } of marks) told.set(contact, Math.max(saysAt, told.get(contact) ?? 0));
	return [...last]
		.filter(([contact, at]) => (told.get(contact) ?? 0) < at - toleranceMs)
		.map(([contact]) => `HubSpot was not told of the last mail to contact ${contact}`);
}

const countBy = (keys: readonly string[]): ReadonlyMap<string, number> => {
	const counts = new Map<string, number>();
	for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
	return counts;
};

/** At most one mail for each delivery. */
function judgeKeys({ mail }: Sight): readonly string[] {
	return [...countBy(mail.map(({ key }) => key))]
		.filter(([, count]) => count > 1)
		.map(([key, count]) => `${key} was sent ${count} times`);
}

/** Each grant of a delivery has a token of its own: two holders of one could both send. */
function judgeGrants({ grants }: Sight): readonly string[] {
	return [...countBy(grants.map(({ key, token }) => `${key} was claimed with token ${token}`))]
		.filter(([, count]) => count > 1)
		.map(([claim, count]) => `${claim} ${count} times`);
}

/** Mail and ledger agree: a commit for each mail, a mail for each commit. */
function judgeLedger({ mail, deliveries }: Sight): readonly string[] {
	const sent = countBy(mail.map(({ key }) => key));
	const known = new Set(deliveries.map(({ key }) => key));
	return [
		...deliveries
			.filter(({ key, state }) => state === 'committed' && !sent.has(key))
			.map(({ key }) => `${key} is committed, and no mail was accepted`),
		...deliveries
			.filter(({ key, state }) => sent.has(key) && state !== 'committed' && state !== 'in-doubt')
			.map(({ key, state }) => `${key} was sent, and the ledger says ${state}`),
		...[...sent.keys()]
			.filter((key) => !known.has(key))
			.map((key) => `${key} was sent, and the ledger does not know it`),
	];
}

/** Nothing that was due is unaccounted for, and nothing waits for ever. */
function judgeAccounts({ due, deliveries, missedSlots }: Sight): readonly string[] {
	const known = new Set(deliveries.map(({ contact, slot }) => `${contact} ${slot}`));
	const missed = new Set(missedSlots);
	const isRecorded = (contact: string, slot: string): boolean =>
		missed.has(slot) || known.has(`${contact} ${slot}`);
	return [
		...due
			.filter(({ contact, anyOf }) => !anyOf.some((slot) => isRecorded(contact, slot)))
			.map(
				({ contact, anyOf }) =>
					`contact ${contact} was due in slot ${anyOf[0] ?? '?'}, and nothing is recorded`,
			),
		...deliveries
			.filter(({ state }) => !recorded.has(state))
			.map(({ key, state }) => `${key} still is ${state}`),
		...deliveries
			.filter(
				({ state, reason }) => (state === 'failed' || state === 'missed' || state === 'held') && !reason,
			)
			.map(({ key, state }) => `${key} is ${state}, and no reason is recorded`),
	];
}
