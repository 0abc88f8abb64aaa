import { createSpineFixture, SPINE, type SpineFixture } from '../../workflows/fixture';

/** The calls a spine makes to HubSpot, and so the moments at which a fault can hit it. */
export const moments = {
	search: '/search',
	read: '/batch/read',
	write: '/batch/update',
} as const;

/** One of the moments. */
export type Moment = keyof typeof moments;

/** What the spine did under one fault at one moment, in words; `null` where the fault cannot happen there. */
export type SpineBehaviour = Readonly<Record<Moment, string | null>>;

const everywhere: readonly Moment[] = ['search', 'read', 'write'];

/** Where a fault can happen to a spine; faults that are not named can happen to every call. */
const where: Readonly<Record<string, readonly Moment[]>> = {
	F02: ['search'],
	F12: ['write'],
	F13: ['read'],
	F14: ['write'],
	F15: ['write'],
	F16: ['read', 'write'],
	F17: ['read', 'write'],
	F18: ['read', 'write'],
	F19: ['search'],
	F20: ['search'],
	F21: ['write'],
	F22: ['read', 'write'],
	F23: ['read', 'write'],
	F27: [],
	F28: ['write'],
	F29: [],
	F30: [],
	F31: ['write'],
	F32: ['read'],
	F33: [],
};

/** Whether the fault can hit a call of the spine at this moment. */
export const canHappen = (id: string, moment: Moment): boolean => (where[id] ?? everywhere).includes(moment);

/** Faults that change the account or concern single records are played once; the others for as long as the run lasts. */
const onceOnly = new Set([
	'F13',
	'F14',
	'F15',
	'F16',
	'F17',
	'F18',
	'F21',
	'F22',
	'F23',
	'F28',
	'F32',
	'F33',
]);

/** What must hold whatever HubSpot does; empty when it does. */
export type Broken = readonly string[];

/** One run of the spine under a fault, one after it, and what that came to. */
export interface Played {
	readonly words: string | null;
	readonly broken: Broken;
}

const hour = 3_600_000;

/** Plays a fault at one moment of the real template, then lets HubSpot recover. `later` moves every clock. */
export async function playFault(id: string, moment: Moment, later: (ms: number) => void): Promise<Played> {
	const fixture = await createSpineFixture(12);
	try {
		await fixture.configure();
		const { admin } = fixture.standIns.hubspot;
		const eligible = fixture.standIns.story?.eligible ?? [];
		admin.fault(id, { path: moments[moment], times: onceOnly.has(id) ? 1 : Infinity });
		const run = await tick(fixture);
		if (!admin.calls().some(({ fault }) => fault === id))
			throw new Error(`${id} was not played at ${moment}`);
		const first = await look(fixture);
		admin.clearFaults();
		later(1.5 * hour);
		await fixture.runTemplate('reconcile.json');
		await tick(fixture);
		await fixture.runTemplate('reconcile.json');
		const last = await look(fixture);
		const words = [
			handed(first.registered, eligible.length, moment),
			first.sent === eligible.length ? '' : `${share(first.sent, eligible.length)} sent`,
			moment === 'write' ? told(first.written, first.sent, last.refused) : '',
			run.error === undefined ? '' : 'the run ends with an error',
			last.sent > first.sent
				? `the next run sends ${last.sent === eligible.length ? 'the rest' : `${last.sent - first.sent} more`}`
				: '',
			moment === 'write' && last.written > first.written ? 'reconcile writes the rest' : '',
		].filter((part) => part !== '');
		const gone = eligible.filter((contact) => !isThere(fixture, contact));
		const broken = [
			...last.twice.map((contact) => `contact ${contact} got two mails`),
			...(last.sent === last.committed ? [] : [`${last.sent} mails and ${last.committed} commits`]),
			...last.early
				.filter((contact) => !gone.includes(contact))
				.map((contact) => `contact ${contact} was advanced without a mail`),
			...eligible
				.filter((contact) => !last.mailed.has(contact) && !gone.includes(contact))
				.map((contact) => `contact ${contact} never got its mail`),
			...(last.waiting === 0 ? [] : [`${last.waiting} writes still wait`]),
		];
		return { words: words.join('; '), broken };
	} finally {
		await fixture.close();
	}
}

const tick = async (fixture: SpineFixture) =>
	await fixture.runTemplate('content-delivery-spine.json', { startNode: 'Check Every 15 Minutes' });

const share = (part: number, whole: number): string =>
	part === whole ? 'all' : part === 0 ? 'nobody' : `${part} of ${whole}`;

const handed = (registered: number, whole: number, moment: Moment): string =>
	moment === 'write' ? '' : `${share(registered, whole)} handed out`;

const told = (written: number, sent: number, refused: number): string =>
	[
		written === sent ? 'all written' : `${written === 0 ? 'no' : `${written} of ${sent}`} writes`,
		refused > 0 ? `${refused} refused and on record` : '',
	]
		.filter((part) => part !== '')
		.join(', ');

const isThere = (fixture: SpineFixture, contact: string): boolean => {
	const { account } = fixture.standIns.hubspot.admin;
	const row = account.find(contact);
	return row !== undefined && row.id === contact && !row.archived;
};

interface Seen {
	readonly registered: number;
	readonly sent: number;
	readonly committed: number;
	/** Contacts whose record says they were served by this run. */
	readonly written: number;
	readonly refused: number;
	readonly waiting: number;
	readonly mailed: ReadonlySet<string>;
	readonly twice: readonly string[];
	/** Contacts whose next eligible time moved without a mail. */
	readonly early: readonly string[];
}

async function look({ standIns, ledger }: SpineFixture): Promise<Seen> {
	const records = await ledger.deliveries.list({ spine: SPINE, limit: 1000 });
	const mails = standIns.postmark.admin
		.received()
		.map(({ metadata }) => metadata['delivery_key']?.split(':')[1] ?? '');
	const mailed = new Set(mails);
	const values = (contact: string) => standIns.hubspot.admin.values(contact) ?? {};
	const eligible = standIns.story?.eligible ?? [];
	const isWritten = (contact: string): boolean =>
		/^chatcmpl-/.test(values(contact)['cc_last_asset_id'] ?? '');
	const isAdvanced = (contact: string): boolean =>
		Date.parse(values(contact)['cc_next_eligible_send_at'] ?? '') > Date.now();
	const { waiting, refused } = await ledger.outbox.backlog('hubspot:contacts');
	return {
		registered: records.filter(({ state }) => state !== 'held').length,
		sent: mails.length,
		committed: records.filter(({ state }) => state === 'committed').length,
		written: [...mailed].filter(isWritten).length,
		refused,
		waiting,
		mailed,
		twice: [...mailed].filter((contact) => mails.filter((other) => other === contact).length > 1),
		early: eligible.filter((contact) => isAdvanced(contact) && !mailed.has(contact)),
	};
}
