/** One contact of a scenario: what its spine owes it, and what happens to its text and its mail. */
export interface Person {
	readonly name: string;
	/**
	 * `live`; `held`: registered live, then made a test recipient, so that the gate holds what is in the live space;
	 * `dry-run`: a test recipient from the start.
	 */
	readonly route: 'live' | 'held' | 'dry-run';
	/** Whether its text passes the guardrail. */
	readonly fits: boolean;
	/** The provider takes its mail, refuses it (422), or takes it and answers with an error (500). */
	readonly provider: 'takes' | 'refuses' | 'takes-and-fails';
}

/** When a run starts: after the one before, at once with it, or when its leases are over. */
export type Start = 'next' | 'at-once' | 'after-the-lease';

/** How one world goes. */
export interface Scenario {
	readonly name: string;
	readonly people: readonly Person[];
	readonly runs: readonly Start[];
	/** Role of the nodes that throw as a whole, see `roleOf`. */
	readonly throws?: string;
	/** Somebody pauses the spine right after Due Deliveries, or while the text is written. */
	readonly pause?: 'after-due' | 'while-writing';
	/** The whole spine rehearses. */
	readonly rehearsal?: boolean;
	/** The generator answers with 500. */
	readonly generatorFails?: boolean;
	/** Look-ups find nothing. */
	readonly nothingFound?: boolean;
	/** The last item of a claim carries values of other types than one would think. */
	readonly odd?: boolean;
	/** Delivery Commit is told that the provider gives no message ids. */
	readonly noMessageIds?: boolean;
}

const person = (name: string, more: Partial<Person> = {}): Person => ({
	name,
	route: 'live',
	fits: true,
	provider: 'takes',
	...more,
});

/** Everybody there is; HubSpot knows them all, and those who are not in a scenario are paused there. */
export const PEOPLE = {
	ann: person('ann'),
	ben: person('ben', { fits: false }),
	cas: person('cas', { provider: 'refuses' }),
	dot: person('dot', { provider: 'takes-and-fails' }),
	eve: person('eve', { route: 'held' }),
	fay: person('fay', { route: 'dry-run' }),
	gil: person('gil'),
} as const;

/** By what a vendor knows a person: address, number, and ids in Slack and Telegram. */
export function handlesOf(name: string): Readonly<Record<'email' | 'phone' | 'slack' | 'telegram', string>> {
	const at = Object.keys(PEOPLE).indexOf(name);
	return {
		email: `${name}@example.com`,
		phone: `+155500010${at}`,
		slack: `U0${name.toUpperCase()}`,
		telegram: `77000${at}`,
	};
}

const { ann, ben, cas, dot, eve, fay, gil } = PEOPLE;
const EVERYBODY = Object.values(PEOPLE);

/** Roles whose nodes may be made to throw as a whole. HTTP Request fails item by item (`engine.test.ts`). */
const THROWING = ['dueDeliveries', 'releaseGate', 'claim', 'confirm', 'commit', 'fail', 'if'];

/** The worlds every mutant runs in; one that throws only if a node of that role goes on after a throw. */
export const SCENARIOS: readonly Scenario[] = [
	{ name: 'everybody, three runs', people: EVERYBODY, runs: ['next', 'next', 'after-the-lease'] },
	{ name: 'two runs at once', people: [ann, gil], runs: ['next', 'at-once'] },
	{ name: 'nobody live', people: [eve, fay], runs: ['next'] },
	{ name: 'paused after Due Deliveries', people: [ann, gil], runs: ['next'], pause: 'after-due' },
	{ name: 'paused while the text is written', people: [ann, gil], runs: ['next'], pause: 'while-writing' },
	{ name: 'the whole spine rehearses', people: [ann, gil], runs: ['next'], rehearsal: true },
	{ name: 'no text fits', people: [ben], runs: ['next'] },
	{ name: 'the generator fails', people: [ann, fay], runs: ['next', 'next'], generatorFails: true },
	{ name: 'the provider refuses all', people: [cas], runs: ['next', 'next'] },
	{ name: 'one contact with odd values', people: [ann, gil], runs: ['next', 'next'], odd: true },
	{ name: 'nothing is found', people: [ann, gil], runs: ['next', 'next'], nothingFound: true },
	{ name: 'the provider takes all and fails', people: [dot], runs: ['next', 'next', 'after-the-lease'] },
	{ name: 'a provider without message ids', people: EVERYBODY, runs: ['next', 'next'], noMessageIds: true },
	...THROWING.map((role): Scenario => ({
		name: `${role} throws`,
		people: EVERYBODY,
		runs: ['next', 'next'],
		throws: role,
	})),
];
