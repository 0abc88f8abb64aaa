import type { HubSpotAdmin } from '.';
import { pick, seeded } from '../shared/random';
import { contentDeliveryDefinitions, contentDeliveryGroups } from './content-delivery';

export { contentDeliveryMapping } from './content-delivery';

/** How an account is seeded. */
export interface ContentDeliveryOptions {
	/** Contacts to create, the ones that are merged away excluded. */
	readonly contacts: number;
	/** The same seed gives the same contacts; 1 if absent. */
	readonly seed?: number;
	/** What the due dates are counted from, milliseconds since 1970; now if absent. */
	readonly now?: number;
	/** All contacts eligible and complete: for benches. */
	readonly allEligible?: boolean;
}

/** Why a contact gets nothing. */
export type NotServed =
	| 'onboarding'
	| 'paused'
	| 'error'
	| 'suppressed'
	| 'not-due'
	| 'no-email'
	| 'no-topic'
	| 'no-audience'
	| 'archived';

/** What was seeded: who must get exactly one email, and why the others must not. */
export interface ContentDeliveryStory {
	readonly eligible: readonly string[];
	/** Eligible contacts whose non-critical properties need defaults. */
	readonly withDefaults: readonly string[];
	readonly notServed: readonly { readonly id: string; readonly reason: NotServed }[];
	/** Active and due, but without a critical property: held. */
	readonly held: readonly { readonly id: string; readonly reason: NotServed }[];
	/** Records that came out of a merge, and the ids that lead to them. */
	readonly merged: readonly { readonly id: string; readonly oldIds: readonly string[] }[];
}

type Kind = 'eligible' | 'defaults' | 'merged' | NotServed;

/** Shares of the kinds in per cent; they add up to 100. */
const shares: readonly (readonly [Kind, number])[] = [
	['eligible', 60],
	['defaults', 8],
	['merged', 1],
	['not-due', 8],
	['no-email', 2],
	['no-topic', 2],
	['no-audience', 1],
	['onboarding', 7],
	['paused', 4],
	['error', 2],
	['suppressed', 4],
	['archived', 1],
];

const heldReasons: readonly Kind[] = ['no-email', 'no-topic', 'no-audience'];
const statusOf = (kind: Kind): string =>
	kind === 'onboarding' || kind === 'paused' || kind === 'error' || kind === 'suppressed' ? kind : 'active';

const firstNames = [
	'Ada',
	'Bo',
	'Caro',
	'Dmitri',
	'Eun',
	'Femi',
	'Gita',
	'Hugo',
	'Ines',
	'Jonas',
	'Kaya',
	'Lev',
];
const lastNames = [
	'Abel',
	'Brandt',
	'Castillo',
	'Dahl',
	'Ekwueme',
	'Farkas',
	'Grant',
	'Haas',
	'Ito',
	'Jensen',
];
const topics = [
	'bread baking',
	'city gardens',
	'small-team hiring',
	'winter running',
	'bookkeeping',
	'boat repair',
];
const audiences = ['beginners', 'shop owners', 'parents', 'returning customers', 'club members'];
const day = 86_400_000;

function kindAt(index: number, contacts: number): Kind {
	const place = ((index + 0.5) / contacts) * 100;
	let sum = 0;
	for (const [kind, share] of shares) {
		sum += share;
		if (place < sum) return kind;
	}
	return 'eligible';
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
	const mixed = [...items];
	for (let last = mixed.length - 1; last > 0; last -= 1) {
		const other = Math.floor(random() * (last + 1));
		[mixed[last], mixed[other]] = [mixed[other] as Item, mixed[last] as Item];
	}
	return mixed;
}

function contactValues(
	kind: Kind,
	number: number,
	now: number,
	random: () => number,
): Record<string, string> {
	const first = pick(random, firstNames);
	const last = pick(random, lastNames);
	const delivered = Math.floor(random() * 40);
	const host = number % 3 === 0 ? 'example.org' : 'example.com';
	const due =
		kind === 'not-due' ? now + day * (1 + random()) : now - 60_000 * (1 + Math.floor(random() * 600));
	const values: Record<string, string> = {
		email: `${first}.${last}.${number}@${host}`.toLowerCase(),
		firstname: first,
		lastname: last,
		cc_delivery_status: statusOf(kind),
		cc_profile_topic: pick(random, topics),
		cc_profile_audience: pick(random, audiences),
		cc_profile_tone: pick(random, ['plain', 'warm', 'bold', 'dry']),
		cc_profile_length: pick(random, ['short', 'medium', 'long']),
		cc_next_eligible_send_at: new Date(due).toISOString(),
		cc_delivery_count: String(delivered),
		cc_started_on: new Date(now - day * (2 * delivered + 1)).toISOString().slice(0, 10),
	};
	if (delivered > 0) values['cc_last_delivery_at'] = new Date(due - 2 * day).toISOString();
	if (delivered > 0) values['cc_last_asset_id'] = `asset-${number}-${delivered}`;
	if (kind === 'no-email') delete values['email'];
	if (kind === 'no-topic') delete values['cc_profile_topic'];
	if (kind === 'no-audience') delete values['cc_profile_audience'];
	if (kind === 'defaults') delete values['cc_profile_tone'];
	if (kind === 'defaults' && number % 2 === 0) delete values['cc_profile_length'];
	return values;
}

/**
 * Fills a HubSpot stand-in with a content-delivery account: groups, properties and contacts of every kind in fixed
 * shares and mixed order. All people are made up; addresses end in example.com or example.org.
 */
export function seedContentDelivery(
	hubspot: HubSpotAdmin,
	{ contacts, seed = 1, now = Date.now(), allEligible = false }: ContentDeliveryOptions,
): ContentDeliveryStory {
	const random = seeded(seed);
	for (const group of contentDeliveryGroups) hubspot.addGroup(group);
	hubspot.define(...contentDeliveryDefinitions);
	const kinds = shuffled(
		Array.from({ length: contacts }, (_none, index): Kind =>
			allEligible ? 'eligible' : kindAt(index, contacts),
		),
		random,
	);
	const eligible: string[] = [];
	const withDefaults: string[] = [];
	const notServed: { id: string; reason: NotServed }[] = [];
	const held: { id: string; reason: NotServed }[] = [];
	const merged: { id: string; oldIds: string[] }[] = [];
	kinds.forEach((kind, index) => {
		const number = index + 1;
		const values = contactValues(kind, number, now, random);
		let { id } = hubspot.account.create(values);
		if (kind === 'eligible' || kind === 'defaults' || kind === 'merged') {
			if (kind === 'merged') {
				const twin = hubspot.account.create({ ...values, email: `twin.${number}@example.org` }).id;
				const oldIds = [id, twin];
				id = hubspot.merge(id, twin);
				merged.push({ id, oldIds });
			}
			eligible.push(id);
			if (kind === 'defaults') withDefaults.push(id);
			return;
		}
		if (kind === 'archived') hubspot.archive(id);
		(heldReasons.includes(kind) ? held : notServed).push({ id, reason: kind });
	});
	hubspot.settleIndex();
	return { eligible, withDefaults, notServed, held, merged };
}
