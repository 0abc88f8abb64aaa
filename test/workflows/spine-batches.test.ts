import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Envelope } from '../../core/delivery/types';
import { forEachEngine } from '../../testbed/engine/n8n';
import { createSpineFixture, SPINE, type SpineFixture, type TemplateRun } from './fixture';

const CONTACTS = 30;
/** Several calls, and the last one not full. */
const PER_CALL = 7;

let fixture: SpineFixture;
beforeEach(async () => {
	fixture = await createSpineFixture(CONTACTS);
	await fixture.configure();
});
afterEach(async () => {
	jest.restoreAllMocks();
	await fixture.close();
});

/** Lets time pass for n8n, the ledger and the stand-ins alike. */
const later = (ms: number): void => {
	const real = Date.now.bind(Date);
	jest.spyOn(Date, 'now').mockImplementation(() => real() + ms);
};

const tick = async ({ config, ...options }: TemplateRun = {}) =>
	await fixture.runTemplate('content-delivery-spine.json', {
		startNode: 'Check Every 15 Minutes',
		config: { emailsPerCall: PER_CALL, ...config },
		...options,
	});
const reconcile = async () => await fixture.runTemplate('reconcile.json');
const postmark = () => fixture.standIns.postmark.admin;
const eligible = (): readonly string[] => fixture.standIns.story?.eligible ?? [];
const calls = () => Math.ceil(eligible().length / PER_CALL);
const values = (id: string) => fixture.standIns.hubspot.admin.values(id) ?? {};
const inState = async (state: string) =>
	await fixture.ledger.deliveries.list({ spine: SPINE, states: [state as never], limit: 1000 });
const recipientsIn = async (state: string) => (await inState(state)).map(({ ref }) => ref.recipient).sort();
const recipientsOf = (items: readonly object[]): string[] =>
	items.map((item) => (item as { delivery: Envelope }).delivery.recipient);
/** Recipients of what Postmark took, each as often as it got mail. */
const received = (): readonly string[] =>
	postmark()
		.received()
		.map(({ metadata }) => metadata['delivery_key']?.split(':')[1] ?? '?')
		.sort();
const everybody = (): readonly string[] => [...eligible()].sort();

forEachEngine('the spine template in batches', (engine) => {
	it('sends each eligible contact one email in as few calls as fit, and nothing on a second run', async () => {
		const before = new Map(eligible().map((id) => [id, Number(values(id)['cc_delivery_count'] ?? 0)]));
		const run = await tick({ engine });
		expect(run.error).toBeUndefined();
		expect(received()).toEqual(everybody());
		expect(
			postmark()
				.calls({ path: '/email' })
				.map(({ path }) => path),
		).toEqual(Array<string>(calls()).fill('/email/batch'));
		expect(run.json('Commit Delivery', 1)).toHaveLength(eligible().length);
		expect(await recipientsIn('committed')).toEqual(everybody());
		for (const { metadata, messageId, acceptedAt } of postmark().received()) {
			expect(metadata).toMatchObject({
				spine: SPINE,
				idempotency_key: expect.stringMatching(/^rg-[0-9a-f]{64}$/),
				asset_id: expect.stringMatching(/^chatcmpl-/),
			});
			const recipient = metadata['recipient'] ?? '';
			const delivery = (await inState('committed')).find(({ ref }) => ref.recipient === recipient);
			expect(delivery).toMatchObject({ providerMessageId: messageId, sentAt: acceptedAt });
			expect(values(recipient)).toMatchObject({
				cc_last_asset_id: metadata['asset_id'],
				cc_delivery_count: String((before.get(recipient) ?? NaN) + 1),
			});
		}
		const second = await tick({ engine });
		expect(second.json('Get Due Deliveries')).toEqual([]);
		expect(received()).toEqual(everybody());
	});

	it('sends one by one as before where the switch stands at 1', async () => {
		await tick({ engine, config: { emailsPerCall: 1 } });
		expect(received()).toEqual(everybody());
		expect(postmark().calls({ path: '/email/batch' })).toEqual([]);
		expect(postmark().calls({ path: '/email' })).toHaveLength(eligible().length);
	});
});

it('sends nothing in a dry run', async () => {
	await fixture.configure({ mode: 'dry-run' });
	const run = await tick();
	expect(run.error).toBeUndefined();
	expect([received(), postmark().calls({ path: '/email' })]).toEqual([[], []]);
	expect(run.json('List What Would Be Sent')).toHaveLength(eligible().length);
});

it('stops all of them at the last look while the spine is paused', async () => {
	const off = fixture.standIns.generator.admin.onCall(async (_call, when) => {
		if (when === 'after') await fixture.ledger.spines.pause(SPINE, 'in the middle', 'test');
	});
	const run = await tick();
	off();
	expect(run.json('Record Stopped Send', 0)).toHaveLength(eligible().length);
	expect(postmark().calls({ path: '/email' })).toEqual([]);
	await fixture.ledger.spines.resume(SPINE, 'test', 'test');
	await tick();
	expect(received()).toEqual(everybody());
});

it('fails for good whom Postmark refuses, and commits the others of the same call', async () => {
	const refused = [eligible()[0], eligible()[PER_CALL - 1], eligible()[PER_CALL]].map(String).sort();
	postmark().deactivate(...refused.map((id) => String(values(id)['email'])));
	const run = await tick();
	expect(recipientsOf(run.json('Commit Delivery', 0)).sort()).toEqual(refused);
	expect(run.json('Commit Delivery', 0)[0]?.['releaseGate']).toMatchObject({
		status: 'failed',
		message: 'Postmark: the recipient is inactive (406).',
	});
	expect(await recipientsIn('failed')).toEqual(refused);
	await tick();
	expect(received()).toEqual(everybody().filter((id) => !refused.includes(id)));
	expect(await recipientsIn('committed')).toEqual(received());
});

it('stops before the call whose message nobody can send, and sends the others', async () => {
	const broken = String(eligible()[2]);
	const message = `={{ $('Claim Delivery').item.json.delivery.recipient === '${broken}' ? 'none' : { From: 'content@example.com', To: $('Claim Delivery').item.json.contact.properties.email, TextBody: 'x' } }}`;
	const parameters = { operation: 'confirm', batches: true, perCall: PER_CALL, message };
	const run = await tick({ nodeOverrides: { 'Confirm Before Send': { parameters } } });
	expect(run.json('Confirm Before Send', 0)).toMatchObject([
		{ delivery: { recipient: broken }, releaseGate: { reason: 'message-unfit' } },
	]);
	expect(received()).toEqual(everybody().filter((id) => id !== broken));
	expect(await inState('sending')).toEqual([]);
});

describe('what is wrong for everybody until somebody mends it', () => {
	it.each(['out of credits', 'sender signature', 'not approved', 'stream not found'] as const)(
		'Postmark says of each message, %s: the spine pauses itself, nothing is lost once it is mended',
		async (fault) => {
			postmark().accountFault(fault);
			const run = await tick();
			expect(run.json('Commit Delivery', 0)[0]?.['releaseGate']).toMatchObject({
				status: 'due',
				reason: 'vendor-refuses-everybody',
				message: expect.stringMatching(/^Postmark: .+ \(\d+\)\.$/),
				remedy: expect.stringContaining('resume the spine'),
			});
			expect(run.hints.map(({ message }) => message).join(' ')).toContain('was paused');
			expect(await fixture.ledger.spines.get(SPINE)).toMatchObject({ paused: true });
			expect(await recipientsIn('due')).toEqual(everybody());
			postmark().accountFault(null);
			await fixture.ledger.spines.resume(SPINE, 'mended', 'test');
			await tick();
			expect(received()).toEqual(everybody());
		},
	);

	it.each(['the token', 'what was posted'])('Postmark refuses the whole call, %s: the same', async (what) => {
		const wrong = { ...fixture.credentials, postmarkApi: { serverToken: 'wrong' } };
		if (what !== 'the token') postmark().fault('refused-call', { times: Infinity });
		const run = await tick(what === 'the token' ? { credentials: wrong } : {});
		postmark().clearFaults();
		expect(recipientsOf(run.json('Record Failed Send', 1)).sort()).toEqual(everybody());
		expect(await fixture.ledger.spines.get(SPINE)).toMatchObject({ paused: true });
		expect([await recipientsIn('due'), received()]).toEqual([everybody(), []]);
		await fixture.ledger.spines.resume(SPINE, 'mended', 'test');
		await tick();
		expect(received()).toEqual(everybody());
	});
});

it('gives back a call that is throttled, as often as it is: no replay is used up', async () => {
	for (let run = 0; run < 3; run += 1) {
		postmark().fault('throttled', { times: 1 });
		const done = await tick({ config: { emailsPerCall: eligible().length } });
		expect(recipientsOf(done.json('Record Failed Send', 1)).sort()).toEqual(everybody());
		expect([await recipientsIn('due'), received()]).toEqual([everybody(), []]);
	}
	await tick();
	expect(received()).toEqual(everybody());
});

/** What Postmark took of the call whose answer was lost. */
const lost = {
	'cut after all was accepted': ['reset-after', 'all'],
	'cut when half was accepted': ['cut-half', 'half'],
	'cut before anything was accepted': ['reset-before', 'none'],
	'504 after all was accepted': ['lost-answer', 'all'],
	'500 and nothing accepted': ['server-error', 'none'],
	'503 and nothing accepted': ['outage', 'none'],
	'an answer without one of the results': ['short-answer', 'all'],
	'an answer with one result too many': ['long-answer', 'all'],
	'an answer in another order': ['mixed-up-answer', 'all'],
	'an answer that is no JSON': ['garbled-answer', 'all'],
	'an empty answer': ['empty-answer', 'all'],
} as const;

describe('an answer that was lost', () => {
	it.each(Object.entries(lost))(
		'%s: all of that call are in doubt, settled by metadata, nobody mailed twice',
		async (_what, [fault, took]) => {
			postmark().fault(fault, { times: 1 });
			const run = await tick();
			expect(run.error).toBeUndefined();
			const first = { all: PER_CALL, half: Math.floor(PER_CALL / 2), none: 0 }[took];
			expect(received()).toHaveLength(eligible().length - PER_CALL + first);
			const doubtful = await recipientsIn('in-doubt');
			expect(doubtful).toHaveLength(PER_CALL);
			expect(await recipientsIn('committed')).toEqual(everybody().filter((id) => !doubtful.includes(id)));
			for (const id of doubtful) expect(values(id)['cc_last_asset_id'] ?? '').not.toMatch(/^chatcmpl-/);

			const before = postmark().calls({ path: '/email' }).length;
			await tick();
			expect(postmark().calls({ path: '/email' })).toHaveLength(before);

			await reconcile();
			expect(await inState('in-doubt')).toEqual([]);
			expect(await inState('committed')).toHaveLength(eligible().length - PER_CALL + first);
			await tick();
			expect(received()).toEqual(everybody());
			expect(await recipientsIn('committed')).toEqual(everybody());
			for (const { metadata } of postmark().received())
				expect(values(metadata['recipient'] ?? '')['cc_last_asset_id']).toBe(metadata['asset_id']);
		},
	);

	it('splits the list where Include Response Headers and Status is off: in doubt, never committed in somebody else’s place', async () => {
		const options = { response: { response: { responseFormat: 'json' } } };
		const send = {
			method: 'POST',
			url: `${fixture.standIns.postmark.url}/email/batch`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'postmarkApi',
			sendBody: true,
			specifyBody: 'json',
			jsonBody: '={{ $json.messages }}',
			options,
		};
		const run = await tick({ nodeOverrides: { 'Send Email Batch': { parameters: send } } });
		expect(run.json('Send Email Batch')).toHaveLength(eligible().length);
		expect(run.json('Commit Delivery', 1)).toEqual([]);
		expect(await recipientsIn('in-doubt')).toEqual(everybody());
		await reconcile();
		await tick();
		expect(await recipientsIn('committed')).toEqual(everybody());
		expect(received()).toEqual(everybody());
	});
});

/** The node is gone, as after a kill: the run ends in front of it, and nothing is recorded any more. */
const killedAt = (name: string) => ({
	[name]: {
		type: 'n8n-nodes-base.stopAndError',
		typeVersion: 1,
		parameters: { errorMessage: 'killed' },
		onError: undefined,
	} as never,
});

it.each(['Confirm Before Send', 'Send Email Batch', 'Commit Delivery'])(
	'delivers everything once although a run was killed before %s',
	async (name) => {
		expect((await tick({ nodeOverrides: killedAt(name) })).error?.message).toBe('killed');
		await tick();
		expect(received()).toEqual(name === 'Commit Delivery' ? everybody() : []);
		later(20 * 60_000);
		await reconcile();
		expect(await inState('in-doubt')).toEqual([]);
		await tick();
		expect(received()).toEqual(everybody());
		expect(await recipientsIn('committed')).toEqual(everybody());
	},
);

it('keeps to the rate it is told, a call at a time', async () => {
	await tick({ config: { emailsPerMinute: 60 * PER_CALL } });
	const times = postmark()
		.calls({ path: '/email/batch' })
		.map(({ at }) => at);
	expect(times).toHaveLength(calls());
	// As long as the messages of each further call take, less what the first request needs to get there.
	const paced = ((eligible().length - PER_CALL) / PER_CALL) * 1000;
	expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(paced - 500);
});
