import { expect } from '@jest/globals';
import type { ClaimResult, TokenRef } from '../../../../core/delivery/record';
import type { CommitRequest, FailRequest, OutcomeReport, Settlement } from '../../../../core/delivery/sends';
import type { Ledger } from '../../../../app/ledger/api';
import {
	registrationOf,
	slotCloses,
	slotOpens,
	type TestClock,
	testSettings,
} from '../../../../testbed/databases/ledgers';

/** The one spine of these tests. */
export const spine = 'faults';
const target = 'hubspot:contacts';
const hour = 3_600_000;
const year = 8760 * hour;

/** One operation of the ledger as its caller sees it, with what must come of calling it again. */
export interface Operation {
	/** Brings the ledger to where the operation makes a difference; returns what the call needs. */
	prepare(ledger: Ledger, clock: TestClock): Promise<readonly TokenRef[]>;
	call(ledger: Ledger, tokens: readonly TokenRef[]): Promise<unknown>;
	/** What the call answers when nobody disturbs it. */
	readonly answer: unknown;
	/** What the same call answers once it was stored and the answer was lost. */
	readonly again: unknown;
	/** Runs in several transactions, each of them whole: a cut may leave it half way, and the next call goes on. */
	readonly parts?: true;
	/** What the next one finds, when an answer that was lost held something: a token, a lease. */
	later?(ledger: Ledger, clock: TestClock): Promise<void>;
}

const registrations = ['1', '2'].map((id) => registrationOf(spine, id));
const claimed = async (ledger: Ledger): Promise<readonly TokenRef[]> => {
	await ledger.deliveries.register(registrations);
	const results = await ledger.deliveries.claim(
		registrations.map(({ ref }) => ({ ref })),
		'run',
	);
	return results.map((result, index) => {
		const ref = registrations[index]?.ref;
		if (ref === undefined || result.status !== 'granted') throw new Error('not granted');
		return { ref, token: result.token };
	});
};
const sending = async (ledger: Ledger): Promise<readonly TokenRef[]> => {
	const tokens = await claimed(ledger);
	await ledger.deliveries.confirm(tokens);
	return tokens;
};
const commitOf = (token: TokenRef): CommitRequest => ({
	...token,
	provider: 'postmark',
	providerMessageId: `message-${token.ref.recipient}`,
});
const committed = async (ledger: Ledger): Promise<readonly TokenRef[]> => {
	const tokens = await sending(ledger);
	await ledger.deliveries.commit(tokens.map(commitOf));
	return tokens;
};
const failureOf = (token: TokenRef, sent: 'no' | 'unknown'): FailRequest => ({
	...token,
	failureClass: 'send',
	sent,
	retryable: true,
	reason: 'vendor down',
});
const inDoubt = async (ledger: Ledger): Promise<readonly TokenRef[]> => {
	const tokens = await sending(ledger);
	await ledger.deliveries.fail(tokens.map((token) => failureOf(token, 'unknown')));
	return tokens;
};
const rulingOf =
	(verdict: Settlement['verdict']) =>
	({ ref }: TokenRef): Settlement => ({
		ref,
		verdict,
		grounds: 'asked',
		by: 'test',
	});
const reportOf = ({ ref }: TokenRef): OutcomeReport => ({
	provider: 'postmark',
	providerMessageId: `message-${ref.recipient}`,
	outcome: 'bounced',
	at: slotOpens + hour,
});
const each = (answer: object): unknown => [answer, answer];
const nothing = async (): Promise<readonly TokenRef[]> => [];
const refused = (reason: string): unknown => each({ reason });

/** Past the second slot: one delivery lapsed, one in doubt, one slot that nobody asked for. */
const outage = async (ledger: Ledger, clock: TestClock): Promise<readonly TokenRef[]> => {
	const [first] = await claimed(ledger);
	if (first !== undefined) await ledger.deliveries.confirm([first]);
	clock.at = slotCloses + 49 * hour;
	return [];
};
const old = async (ledger: Ledger, clock: TestClock): Promise<readonly TokenRef[]> => {
	await committed(ledger);
	await ledger.outbox.settle(
		(await ledger.outbox.take(target, 10, hour)).map(({ id }) => ({ id, status: 'done' })),
	);
	await ledger.events.seal();
	clock.at += year;
	await ledger.deliveries.sweep(spine);
	return [];
};

/** Every operation of the ledger that changes something. */
export const operations: Readonly<Record<string, Operation>> = {
	configure: {
		prepare: nothing,
		call: (ledger) => ledger.spines.configure(testSettings(spine, { leaseMs: 1234 }), 'test'),
		answer: { version: 2 },
		again: { version: 2 },
	},
	pause: {
		prepare: nothing,
		call: (ledger) => ledger.spines.pause(spine, 'look', 'me'),
		answer: { paused: true },
		again: { paused: true },
	},
	register: {
		prepare: nothing,
		call: (ledger) => ledger.deliveries.register(registrations),
		answer: each({ status: 'registered', delivery: { state: 'due' } }),
		again: each({ status: 'known', delivery: { state: 'due' } }),
	},
	claim: {
		prepare: async (ledger) => {
			await ledger.deliveries.register(registrations);
			return [];
		},
		call: (ledger) =>
			ledger.deliveries.claim(
				registrations.map(({ ref }) => ({ ref })),
				'run',
			),
		answer: each({ status: 'granted', token: 1 }),
		again: refused('in-flight'),
		later: async (ledger, clock) => {
			clock.at += 600_000;
			const refs = registrations.map(({ ref }) => ({ ref }));
			const results: readonly ClaimResult[] = await ledger.deliveries.claim(refs, 'next run');
			expect(results).toMatchObject(
				each({ status: 'granted', input: { email: /@example.test$/ } }) as object,
			);
		},
	},
	'claim with registration': {
		prepare: nothing,
		call: (ledger) =>
			ledger.deliveries.claim(
				registrations.map(({ ref, ...register }) => ({ ref, register })),
				'run',
			),
		answer: each({ status: 'granted', token: 1 }),
		again: refused('in-flight'),
	},
	confirm: {
		prepare: claimed,
		call: (ledger, tokens) => ledger.deliveries.confirm(tokens),
		answer: each({ status: 'send' }),
		// Nobody knows whether the caller sent: it must not be told to send again.
		again: refused('in-flight'),
		later: async (ledger, clock) => {
			clock.at += 120_000;
			expect(await ledger.deliveries.sweep(spine)).toMatchObject({ movedInDoubt: 2 });
		},
	},
	commit: {
		prepare: sending,
		call: (ledger, tokens) => ledger.deliveries.commit(tokens.map(commitOf)),
		answer: each({ status: 'committed' }),
		again: each({ status: 'already-committed' }),
		later: async (ledger) => {
			expect(await ledger.outbox.backlog(target)).toMatchObject({ waiting: 2 });
		},
	},
	fail: {
		prepare: claimed,
		call: (ledger, tokens) => ledger.deliveries.fail(tokens.map((token) => failureOf(token, 'no'))),
		answer: each({ status: 'failed', willReplay: true }),
		again: each({ status: 'failed', willReplay: true }),
	},
	'fail in doubt': {
		prepare: sending,
		call: (ledger, tokens) => ledger.deliveries.fail(tokens.map((token) => failureOf(token, 'unknown'))),
		answer: each({ status: 'in-doubt' }),
		again: each({ status: 'in-doubt' }),
	},
	'settle as delivered': {
		prepare: inDoubt,
		call: (ledger, tokens) => ledger.deliveries.settle(tokens.map(rulingOf('delivered'))),
		answer: each({ status: 'committed' }),
		again: refused('already-committed'),
	},
	'settle as not sent': {
		prepare: inDoubt,
		call: (ledger, tokens) => ledger.deliveries.settle(tokens.map(rulingOf('not-sent'))),
		answer: each({ status: 'due' }),
		again: refused('not-claimed'),
	},
	'record outcome': {
		prepare: committed,
		call: (ledger, tokens) => ledger.deliveries.recordOutcome(tokens.map(reportOf)),
		answer: each({ status: 'recorded' }),
		again: each({ status: 'known' }),
	},
	'take from the outbox': {
		prepare: committed,
		call: (ledger) => ledger.outbox.take(target, 10, hour),
		answer: each({ attempts: 1 }),
		again: [],
		later: async (ledger, clock) => {
			clock.at += hour;
			expect(await ledger.outbox.take(target, 10, hour)).toHaveLength(2);
		},
	},
	'settle the outbox': {
		prepare: async (ledger) => {
			await committed(ledger);
			await ledger.outbox.take(target, 10, hour);
			return [];
		},
		call: (ledger) =>
			ledger.outbox.settle([
				{ id: '1', status: 'done' },
				{ id: '2', status: 'later', retryAfterMs: 1000, reason: 'throttled' },
			]),
		answer: undefined,
		again: undefined,
	},
	sweep: {
		prepare: outage,
		call: (ledger) => ledger.deliveries.sweep(spine),
		answer: { movedInDoubt: 1, missed: 1 },
		again: { movedInDoubt: 0, missed: 0 },
		parts: true,
	},
	prune: {
		prepare: old,
		call: (ledger) => ledger.prune({ inputsMs: hour, deliveriesMs: hour, eventsMs: year / 2 }),
		answer: { inputs: 2, deliveries: 2, outbox: 2 },
		again: { inputs: 0, deliveries: 0, outbox: 0 },
		parts: true,
	},
	seal: {
		prepare: committed,
		call: (ledger) => ledger.events.seal(),
		answer: 5,
		again: 0,
		parts: true,
	},
	verify: {
		prepare: committed,
		call: (ledger) => ledger.events.verify(),
		answer: { status: 'intact', sealed: 5, unsealed: 0 },
		again: { status: 'intact', sealed: 5, unsealed: 0 },
		parts: true,
	},
	'write a record': {
		prepare: nothing,
		call: (ledger) =>
			ledger.records.write(
				[{ kind: 'release', id: 'r1', spine, parent: null, body: { a: 1 }, expectedRevision: 0 }],
				[{ kind: 'release.opened', spine, subject: 'r1', sentence: 'Release r1 opened.', data: {} }],
			),
		answer: { status: 'written' },
		// The caller reads the record and sees that it is its own.
		again: { status: 'conflict', ids: ['r1'] },
	},
};
