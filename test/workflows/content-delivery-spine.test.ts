import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { refId } from '../../core/delivery/refs';
import type { Envelope } from '../../core/delivery/types';
import { readOutside } from '../../core/stability/outside';
import { forEachEngine } from '../../testbed/engine/n8n';
import { sandboxToken } from '../../testbed/standins';
import { createSpineFixture, SPINE, type SpineFixture, type TemplateRun } from './fixture';

const TEMPLATE = 'content-delivery-spine.json';
const START = 'Check Every 15 Minutes';
const CONTACTS = 30;

let fixture: SpineFixture;
beforeEach(async () => {
	fixture = await createSpineFixture(CONTACTS);
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

/** One run of the schedule. */
const tick = async (options: TemplateRun = {}) =>
	await fixture.runTemplate(TEMPLATE, { startNode: START, ...options });
const eligible = (): readonly string[] => fixture.standIns.story?.eligible ?? [];
const mailbox = () => fixture.standIns.postmark.admin.received();
const values = (id: string) => fixture.standIns.hubspot.admin.values(id) ?? {};
const writes = () => fixture.standIns.hubspot.admin.calls({ path: '/batch/update' });
const inState = async (state: string) =>
	await fixture.ledger.deliveries.list({ spine: SPINE, states: [state as never], limit: 1000 });
const recipientsOf = (items: readonly object[]): string[] =>
	items.map((item) => (item as { delivery: Envelope }).delivery.recipient);
/** How often each recipient got mail, by contact id. */
const received = (): Map<string, number> => {
	const counts = new Map<string, number>();
	for (const { metadata } of mailbox()) {
		const recipient = metadata['delivery_key']?.split(':')[1] ?? '?';
		counts.set(recipient, (counts.get(recipient) ?? 0) + 1);
	}
	return counts;
};
const onceEach = (ids: readonly string[]) => new Map([...ids].sort().map((id) => [id, 1]));
const sorted = (counts: Map<string, number>) => new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));

forEachEngine('the spine template', (engine) => {
	it('sends each eligible contact one email, writes HubSpot after it, and nothing on a second run', async () => {
		await fixture.configure();
		const before = Date.now();
		const counts = new Map(eligible().map((id) => [id, Number(values(id)['cc_delivery_count'] ?? 0)]));
		const first = await tick({ engine });
		expect(first.error).toBeUndefined();
		expect(sorted(received())).toEqual(onceEach(eligible()));
		for (const { metadata, to, text } of mailbox()) {
			expect(metadata).toMatchObject({
				spine: SPINE,
				idempotency_key: expect.stringMatching(/^rg-[0-9a-f]{64}$/),
			});
			expect(to).toContain('@example.');
			expect(text.length).toBeGreaterThan(40);
		}
		const committed = await inState('committed');
		expect(committed.map(({ ref }) => ref.recipient).sort()).toEqual([...eligible()].sort());
		for (const id of eligible()) {
			const contact = values(id);
			expect(Date.parse(contact['cc_last_delivery_at'] ?? '')).toBeGreaterThanOrEqual(before - 1000);
			expect(Date.parse(contact['cc_next_eligible_send_at'] ?? '')).toBeGreaterThan(Date.now());
			expect(contact['cc_last_asset_id']).toMatch(/^chatcmpl-/);
			expect(Number(contact['cc_delivery_count'])).toBe((counts.get(id) ?? NaN) + 1);
		}
		expect(Math.max(...counts.values())).toBeGreaterThan(0);
		const [sent, written] = [mailbox().at(-1)?.acceptedAt ?? Infinity, writes()[0]?.at ?? 0];
		expect(written).toBeGreaterThanOrEqual(sent);

		const second = await tick({ engine });
		expect(second.error).toBeUndefined();
		expect(second.json('Get Due Deliveries')).toEqual([]);
		expect(sorted(received())).toEqual(onceEach(eligible()));
	});

	it('rehearses without a send and without a write, and lists what would have been', async () => {
		await fixture.configure({ mode: 'dry-run' });
		const run = await tick({ engine });
		expect(run.error).toBeUndefined();
		expect(mailbox()).toEqual([]);
		expect(writes()).toEqual([]);
		const listed = run.json('List What Would Be Sent');
		expect(listed).toHaveLength(eligible().length);
		expect(listed[0]).toMatchObject({
			delivery: expect.stringMatching(/^dry-run:default\/content-delivery:/),
			to: expect.stringContaining('@example.'),
			subject: expect.any(String),
			text: expect.any(String),
		});
		expect(JSON.stringify(listed[0]?.wouldWrite)).toContain('cc_next_eligible_send_at');
		await fixture.configure({ mode: 'live' });
		await tick({ engine });
		expect(sorted(received())).toEqual(onceEach(eligible()));
	});
});

it('sends nothing while the spine is paused, not even what was claimed', async () => {
	await fixture.configure();
	await fixture.ledger.spines.pause(SPINE, 'test', 'test');
	const paused = await tick();
	expect(paused.error).toBeUndefined();
	expect([mailbox(), writes()]).toEqual([[], []]);
	await fixture.ledger.spines.resume(SPINE, 'test', 'test');

	const off = fixture.standIns.generator.admin.onCall(async (_call, when) => {
		if (when === 'after') await fixture.ledger.spines.pause(SPINE, 'in the middle', 'test');
	});
	const run = await tick();
	off();
	expect(run.error).toBeUndefined();
	expect(mailbox()).toEqual([]);
	expect(run.json('Confirm Before Send', 0)).toHaveLength(eligible().length);
	expect(run.json('Record Stopped Send', 0)).toHaveLength(eligible().length);
	await fixture.ledger.spines.resume(SPINE, 'test', 'test');
	await tick();
	expect(sorted(received())).toEqual(onceEach(eligible()));
});

it('records a failed generation and replays it once, with the same input', async () => {
	await fixture.configure();
	fixture.standIns.generator.admin.fault('outage', { times: 2 });
	const first = await tick();
	const failed = recipientsOf(first.json('Record Failed Generation', 1));
	expect(failed).toHaveLength(2);
	expect(mailbox()).toHaveLength(eligible().length - 2);
	const second = await tick();
	expect(recipientsOf(second.json('Claim Delivery', 1)).sort()).toEqual([...failed].sort());
	expect(sorted(received())).toEqual(onceEach(eligible()));
});

it('gives up a delivery whose replay is spent', async () => {
	await fixture.configure();
	fixture.standIns.generator.admin.fault('outage', { times: Infinity });
	await tick();
	await tick();
	const third = await tick();
	expect(third.json('Claim Delivery', 1)).toEqual([]);
	expect(mailbox()).toEqual([]);
	expect((await inState('failed')).length).toBe(eligible().length);
});

it('turns away unfit texts before the send', async () => {
	await fixture.configure();
	for (const flaw of ['empty', 'placeholder'] as const) fixture.standIns.generator.admin.flaw(flaw, 1);
	const run = await tick();
	expect(run.json('Record Unfit Text', 1)).toHaveLength(2);
	expect(mailbox()).toHaveLength(eligible().length - 2);
});

it('fails what Postmark refuses, for good', async () => {
	await fixture.configure();
	const refused = String(eligible()[0]);
	fixture.standIns.postmark.admin.deactivate(String(values(refused)['email']));
	const first = await tick();
	expect(recipientsOf(first.json('Record Failed Send', 1))).toEqual([refused]);
	expect((await inState('failed')).map(({ ref }) => ref.recipient)).toEqual([refused]);
	await tick();
	expect(received().has(refused)).toBe(false);
	expect(mailbox()).toHaveLength(eligible().length - 1);
	expect(values(refused)['cc_last_asset_id'] ?? '').not.toMatch(/^chatcmpl-/);
});

it('leaves a send in doubt whose connection broke after Postmark took it, and never sends it again', async () => {
	await fixture.configure();
	fixture.standIns.postmark.admin.fault('reset-after', { times: 1 });
	await tick();
	const [doubtful, ...others] = await inState('in-doubt');
	expect(others).toEqual([]);
	const recipient = String(doubtful?.ref.recipient);
	await tick();
	expect(sorted(received())).toEqual(onceEach(eligible()));
	expect(values(recipient)['cc_last_asset_id'] ?? '').not.toMatch(/^chatcmpl-/);

	const settled = await fixture.runTemplate('reconcile.json');
	expect(settled.error).toBeUndefined();
	expect(settled.json('Settle by Answer', 1)).toHaveLength(1);
	expect(settled.json('Settle by Policy')).toEqual([]);
	expect((await fixture.ledger.deliveries.get([doubtful!.ref]))[0]?.providerMessageId).toMatch(
		/^[0-9a-f-]{36}$/,
	);
	expect(await inState('in-doubt')).toEqual([]);
	expect((await inState('committed')).length).toBe(eligible().length);
	const mail = mailbox().find(({ metadata }) => metadata['delivery_key']?.split(':')[1] === recipient);
	expect(values(recipient)['cc_last_asset_id']).toMatch(/^chatcmpl-/);
	expect(values(recipient)['cc_last_asset_id']).toBe(mail?.metadata['asset_id']);
	expect(Date.parse(values(recipient)['cc_last_delivery_at'] ?? '')).toBe(mail?.acceptedAt);
	expect(Date.parse(values(recipient)['cc_next_eligible_send_at'] ?? '')).toBeGreaterThan(Date.now());
	expect(sorted(received())).toEqual(onceEach(eligible()));
});

it('asks Postmark about the stream it sent through, so that a lost answer is no second email', async () => {
	await fixture.configure();
	const config = { messageStream: 'broadcast' };
	fixture.standIns.postmark.admin.fault('reset-after', { times: 1 });
	await tick({ config });
	const settled = await fixture.runTemplate('reconcile.json', { config });
	expect(settled.json('Settle by Answer', 1)).toMatchObject([{ releaseGate: { status: 'committed' } }]);
	await tick({ config });
	expect(sorted(received())).toEqual(onceEach(eligible()));
});

it('takes any name of a spine: what goes into the metadata fits, and a doubt is settled by it', async () => {
	const spine = `a-spine-with-a-name-as-long-as-it-may-be-${'x'.repeat(23)}`;
	expect(spine).toHaveLength(64);
	const config = { spine };
	await fixture.configure({ spine });
	fixture.standIns.postmark.admin.fault('reset-after', { times: 1 });
	await tick({ config });
	expect(mailbox()).toHaveLength(eligible().length);
	await fixture.runTemplate('reconcile.json', { config });
	await tick({ config });
	expect(mailbox()).toHaveLength(eligible().length);
	const committed = await fixture.ledger.deliveries.list({ spine, states: ['committed'], limit: 1000 });
	expect(committed).toHaveLength(eligible().length);
	expect(committed.every(({ providerMessageId }) => providerMessageId !== null)).toBe(true);
	const page = {
		Messages: mailbox().map(({ messageId, metadata }) => ({ MessageID: messageId, Metadata: metadata })),
	};
	expect(
		readOutside([page], Date.now())
			.messages?.map((ref) => refId(ref))
			.sort(),
	).toEqual(committed.map(({ ref }) => refId(ref)).sort());
});

it('sends again what Postmark never took, once the doubt is settled', async () => {
	await fixture.configure();
	fixture.standIns.postmark.admin.fault('reset-before', { times: 1 });
	await tick();
	expect(await inState('in-doubt')).toHaveLength(1);
	const asked = await fixture.runTemplate('reconcile.json');
	expect(asked.json('Ask Postmark')).toMatchObject([{ TotalCount: 0 }]);
	expect(await inState('in-doubt')).toEqual([]);
	await tick();
	expect(sorted(received())).toEqual(onceEach(eligible()));
});

it('settles by policy when Postmark does not answer', async () => {
	await fixture.configure();
	fixture.standIns.postmark.admin.fault('reset-after', { times: 1 });
	await tick();
	fixture.standIns.postmark.admin.fault('outage', { times: Infinity, method: 'GET', path: '/messages' });
	const run = await fixture.runTemplate('reconcile.json');
	expect(run.error).toBeUndefined();
	expect(run.json('Settle by Answer')).toEqual([]);
	expect((await inState('committed')).length).toBe(eligible().length);
});

it('delivers although HubSpot refuses the writes, and writes them later without another send', async () => {
	await fixture.configure();
	const { tokens } = fixture.standIns.hubspot.admin;
	const off = fixture.standIns.postmark.admin.onCall(() => tokens.revoke(sandboxToken));
	const run = await tick();
	off();
	expect(run.error).toBeUndefined();
	expect((await inState('committed')).length).toBe(eligible().length);
	tokens.add(sandboxToken);
	later(3_600_000);
	const flushed = await fixture.runTemplate('reconcile.json');
	expect(flushed.json('Flush Outbox', 1)[0]).toMatchObject({ backlog: { waiting: 0, refused: 0 } });
	expect(sorted(received())).toEqual(onceEach(eligible()));
	for (const id of eligible()) expect(values(id)['cc_last_asset_id']).toMatch(/^chatcmpl-/);
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

it.each(['Generate Text', 'Is Text Unfit?', 'Confirm Before Send', 'Send Email', 'Commit Delivery'])(
	'delivers everything once although a run was killed before %s',
	async (name) => {
		await fixture.configure();
		expect((await tick({ nodeOverrides: killedAt(name) })).error?.message).toBe('killed');
		await tick();
		expect(mailbox().length).toBe(name === 'Commit Delivery' ? eligible().length : 0);
		later(20 * 60_000);
		await fixture.runTemplate('reconcile.json');
		expect(await inState('in-doubt')).toEqual([]);
		await tick();
		expect(sorted(received())).toEqual(onceEach(eligible()));
		expect((await inState('committed')).length).toBe(eligible().length);
	},
);

it('asks and writes HubSpot in batches: no call per contact', async () => {
	await fixture.configure();
	await tick();
	expect(fixture.standIns.hubspot.admin.calls({ path: '/batch/read' })).toHaveLength(1);
	expect(writes()).toHaveLength(1);
});

it('calls the paths that the credential chooses', async () => {
	await fixture.configure();
	const credentials = {
		...fixture.credentials,
		releaseGateHubSpotApi: { ...fixture.credentials.releaseGateHubSpotApi, pathVersion: '2026-09' },
	};
	const run = await tick({ credentials });
	expect(run.error).toBeUndefined();
	expect(sorted(received())).toEqual(onceEach(eligible()));
	const paths = fixture.standIns.hubspot.admin.calls({}).map(({ path }) => path);
	expect(paths.filter((path) => !path.startsWith('/crm/objects/2026-09/'))).toEqual([]);
	expect(writes()).toHaveLength(1);
	for (const id of eligible()) expect(values(id)['cc_last_asset_id']).toMatch(/^chatcmpl-/);
});

describe('contacts that were merged', () => {
	/** Two eligible contacts; the first is served alone in this run, the second comes after. */
	const serveFirst = async (): Promise<readonly [string, string]> => {
		await fixture.configure();
		const [served = '', waiting = ''] = eligible();
		for (const id of eligible().slice(1)) {
			fixture.standIns.hubspot.admin.foreignWrite(id, { cc_delivery_status: 'paused' });
		}
		await tick();
		expect(mailbox()).toHaveLength(1);
		fixture.standIns.hubspot.admin.foreignWrite(waiting, { cc_delivery_status: 'active' });
		return [served, waiting];
	};

	it('does not mail a person again whose served contact was merged into one that is due', async () => {
		const [served, waiting] = await serveFirst();
		fixture.standIns.hubspot.admin.merge(waiting, served);
		await tick();
		expect(mailbox().map(({ to }) => to)).toHaveLength(1);
	});

	it('mails once when the one of two due contacts was claimed and not sent before the merge', async () => {
		await fixture.configure();
		const [first = '', second = ''] = eligible();
		fixture.standIns.generator.admin.fault('outage', { times: Infinity });
		await tick();
		fixture.standIns.generator.admin.clearFaults();
		const merged = fixture.standIns.hubspot.admin.merge(first, second);
		await tick();
		const [of] = [merged, first, second].map((id) => received().get(id) ?? 0);
		expect([of, received().get(first) ?? 0, received().get(second) ?? 0]).toEqual([1, 0, 0]);
		expect(mailbox()).toHaveLength(eligible().length - 1);
	});

	/** A run that claims everybody and sends nothing; then two of them turn out to be one person. */
	const mergeUnsent = async (): Promise<readonly [string, string, string]> => {
		await fixture.configure();
		fixture.standIns.generator.admin.fault('outage', { times: Infinity });
		await tick();
		fixture.standIns.generator.admin.clearFaults();
		const [first = '', second = ''] = eligible();
		return [first, second, fixture.standIns.hubspot.admin.merge(first, second)];
	};

	it('mails once when two unsent contacts were merged and what is handed out again fills the run', async () => {
		const [first, second, merged] = await mergeUnsent();
		const parameters = { spine: SPINE, limit: eligible().length };
		await tick({ nodeOverrides: { 'Get Due Deliveries': { parameters } } });
		expect([received().get(first), received().get(second)]).toEqual([undefined, undefined]);
		await tick();
		expect(received().get(merged)).toBe(1);
		expect(mailbox()).toHaveLength(eligible().length - 1);
	});

	it.each([
		['HubSpot is down', 'F06'],
		['the token has expired', 'F24'],
	])(
		'keeps back what is unsent while %s and cannot say who was merged; then mails once',
		async (_what, fault) => {
			const [first, second, merged] = await mergeUnsent();
			fixture.standIns.hubspot.admin.fault(fault, { times: Infinity });
			const run = await tick();
			expect([run.json('Get Due Deliveries'), mailbox()]).toEqual([[], []]);
			fixture.standIns.hubspot.admin.clearFaults();
			await tick();
			expect([received().get(first), received().get(second), received().get(merged)]).toEqual([
				undefined,
				undefined,
				1,
			]);
			expect(mailbox()).toHaveLength(eligible().length - 1);
		},
	);

	it('waits while the send to the contact that was merged away is in doubt', async () => {
		await fixture.configure();
		const [first = '', second = ''] = eligible();
		for (const id of eligible().slice(1)) {
			fixture.standIns.hubspot.admin.foreignWrite(id, { cc_delivery_status: 'paused' });
		}
		fixture.standIns.postmark.admin.fault('reset-after', { times: 1 });
		await tick();
		expect(await inState('in-doubt')).toHaveLength(1);
		fixture.standIns.hubspot.admin.foreignWrite(second, { cc_delivery_status: 'active' });
		fixture.standIns.hubspot.admin.merge(second, first);
		await tick();
		expect(mailbox()).toHaveLength(1);
	});
});

describe('what is wrong for everybody until somebody mends it', () => {
	const spineNow = async () => await fixture.ledger.spines.get(SPINE);
	const resume = async () => await fixture.ledger.spines.resume(SPINE, 'mended', 'test');

	it.each([
		'out of credits',
		'sender signature',
		'pending approval',
		'not approved',
		'invalid server',
		'stream not found',
	] as const)('Postmark, %s: the spine pauses itself, nothing is lost once it is mended', async (fault) => {
		await fixture.configure();
		fixture.standIns.postmark.admin.accountFault(fault);
		const run = await tick();
		expect(run.json('Record Failed Send', 1)[0]?.['releaseGate']).toMatchObject({
			status: 'due',
			reason: 'vendor-refuses-everybody',
			message: expect.stringMatching(/^Postmark: .+ \(\d+\)\.$/),
			remedy: expect.stringContaining('resume the spine'),
		});
		expect(run.hints.map(({ message }) => message).join(' ')).toContain('was paused');
		expect(await spineNow()).toMatchObject({
			paused: true,
			pauseReason: expect.stringMatching(/^Postmark: .+ Mend it/),
		});
		expect(await inState('due')).toHaveLength(eligible().length);
		await tick();
		fixture.standIns.postmark.admin.accountFault(null);
		await resume();
		await tick();
		expect(sorted(received())).toEqual(onceEach(eligible()));
	});

	it('a retired model: the spine pauses itself, and goes on with another one in the same slot', async () => {
		await fixture.configure();
		const config = { model: 'gpt-4o-mini' };
		const run = await tick({ config });
		expect(run.json('Record Failed Generation', 1)[0]?.['releaseGate']).toMatchObject({
			status: 'due',
			message: 'The generation vendor: the model does not exist or was retired (model_not_found).',
		});
		expect((await spineNow())?.paused).toBe(true);
		await resume();
		await tick();
		expect(sorted(received())).toEqual(onceEach(eligible()));
	});

	it('a rehearsal meets it too, and pauses nothing', async () => {
		await fixture.configure({ mode: 'dry-run' });
		await tick({ config: { model: 'gpt-4o-mini' } });
		expect((await spineNow())?.paused).toBe(false);
	});
});

it('loses nothing at a quarter of the rate it needs: a 429 costs no replay', async () => {
	await fixture.configure();
	const quarter = Math.ceil(eligible().length / 4);
	for (let run = 0; run < 4; run += 1) {
		fixture.standIns.generator.admin.allow(quarter);
		const done = await tick();
		expect(done.error).toBeUndefined();
		expect(await inState('failed')).toEqual([]);
	}
	expect(sorted(received())).toEqual(onceEach(eligible()));
});

it('keeps to the rate it is told, in texts and in emails', async () => {
	await fixture.configure();
	await tick({ config: { textsPerMinute: 600, emailsPerMinute: 600 } });
	const texts = fixture.standIns.generator.admin.calls({ path: '/chat/completions' }).map(({ at }) => at);
	for (const times of [texts, mailbox().map(({ acceptedAt }) => acceptedAt)]) {
		expect(times).toHaveLength(eligible().length);
		// Ten a second: three batches take two seconds, less what the first request needs to get there.
		expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(1500);
	}
});

it.each(['cut-off', 'filtered', 'refused', 'refused-in-words'] as const)(
	'sends no text that is %s',
	async (flaw) => {
		await fixture.configure();
		fixture.standIns.generator.admin.flaw(flaw, 2);
		const run = await tick();
		expect(run.json('Record Unfit Text', 1)).toHaveLength(2);
		expect(mailbox()).toHaveLength(eligible().length - 2);
	},
);
