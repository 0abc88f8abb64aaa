import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { testToken } from '../../testbed/standins/postmark';
import { createSpineFixture, SPINE, type SpineFixture, type TemplateRun } from './fixture';

const PER_CALL = 7;

let fixture: SpineFixture;
beforeEach(async () => {
	fixture = await createSpineFixture(30);
	await fixture.configure();
});
afterEach(async () => await fixture.close());

const tick = async ({ config, ...options }: TemplateRun = {}) =>
	await fixture.runTemplate('content-delivery-spine.json', {
		startNode: 'Check Every 15 Minutes',
		config: { emailsPerCall: PER_CALL, ...config },
		...options,
	});
const postmark = () => fixture.standIns.postmark.admin;
const everybody = (): readonly string[] => [...(fixture.standIns.story?.eligible ?? [])].sort();
const received = (): readonly string[] =>
	postmark()
		.received()
		.map(({ metadata }) => metadata['recipient'] ?? '?')
		.sort();
const recipientsIn = async (state: string) =>
	(await fixture.ledger.deliveries.list({ spine: SPINE, states: [state as never], limit: 1000 }))
		.map(({ ref }) => ref.recipient)
		.sort();
/** *Confirm Before Send* with this message; the rest as the template has it. */
const composing = (message: string) => ({
	'Confirm Before Send': {
		parameters: { operation: 'confirm', batches: true, perCall: PER_CALL, message },
	},
});
const EMAIL = "$('Claim Delivery').item.json.contact.properties.email";

it.each([1, PER_CALL])(
	'takes nothing for delivered that a test token only checked, %s to a call: the spine pauses, and everybody is due',
	async (emailsPerCall) => {
		const credentials = { ...fixture.credentials, postmarkApi: { serverToken: testToken } };
		const run = await tick({ credentials, config: { emailsPerCall } });
		expect(run.json('Commit Delivery', 1)).toEqual([]);
		expect(run.json('Commit Delivery', 0)[0]?.['releaseGate']).toMatchObject({
			reason: 'vendor-refuses-everybody',
		});
		expect(await fixture.ledger.spines.get(SPINE)).toMatchObject({ paused: true });
		expect([await recipientsIn('due'), received()]).toEqual([everybody(), []]);
	},
);

it('keeps to the pace by what a call holds, so that the last one leaves within the lease whatever its size', async () => {
	const message = `={{ { From: 'content@example.com', To: ${EMAIL}, TextBody: 'x'.repeat(3000000) } }}`;
	const overrides = composing(message);
	overrides['Confirm Before Send'].parameters.perCall = 500;
	// By the size of the messages there are two calls. A pause for five hundred messages would be five minutes long.
	await tick({ nodeOverrides: overrides, config: { emailsPerCall: 500, emailsPerMinute: 100 } });
	expect(postmark().calls({ path: '/email/batch' }).length).toBeGreaterThan(1);
	expect(received()).toEqual(everybody());
}, 120_000);

it('mails everybody once although two runs go at once', async () => {
	await Promise.all([tick(), tick()]);
	await tick();
	expect(received()).toEqual(everybody());
	expect(await recipientsIn('committed')).toEqual(everybody());
});

it.each([
	[
		'a copy to somebody',
		`{ From: 'content@example.com', To: ${EMAIL}, Bcc: 'boss@example.com', TextBody: 'x' }`,
	],
	[
		'a second address in other letters',
		`{ From: 'content@example.com', To: ${EMAIL}, to: 'boss@example.com', TextBody: 'x' }`,
	],
	['half a character', `{ From: 'content@example.com', To: ${EMAIL}, TextBody: '😀'.slice(0, 1) }`],
	['a number for its text', `{ From: 'content@example.com', To: ${EMAIL}, TextBody: 7 }`],
])('stops a message with %s before the call, and sends the others of it', async (_what, wrong) => {
	const broken = String(everybody()[3]);
	const right = `{ From: 'content@example.com', To: ${EMAIL}, TextBody: 'x' }`;
	const message = `={{ $('Claim Delivery').item.json.delivery.recipient === '${broken}' ? ${wrong} : ${right} }}`;
	const run = await tick({ nodeOverrides: composing(message) });
	expect(run.json('Confirm Before Send', 0)).toMatchObject([
		{ delivery: { recipient: broken }, releaseGate: { reason: 'message-unfit' } },
	]);
	expect(received()).toEqual(everybody().filter((id) => id !== broken));
});

it.each(['7', 7.5, 0, -3, 'many', 501, 1e9])(
	'with %j for how many go in a call either takes it as far as Postmark does, or confirms nobody',
	async (emailsPerCall) => {
		const run = await tick({ config: { emailsPerCall } });
		const most = Math.max(
			0,
			...postmark()
				.calls({ path: '/email/batch' })
				.map(({ body }) => (body as unknown[]).length),
		);
		expect(most).toBeLessThanOrEqual(500);
		if (run.error) expect([received(), await recipientsIn('sending')]).toEqual([[], []]);
		else expect(received()).toEqual(everybody());
	},
);

it('takes no replay from anybody for a call that something on the way forbids: the spine pauses, and everybody is due', async () => {
	for (let run = 0; run < 3; run += 1) {
		postmark().fault('forbidden', { times: Infinity });
		await tick();
		postmark().clearFaults();
		expect(await fixture.ledger.spines.get(SPINE)).toMatchObject({ paused: true });
		expect([await recipientsIn('due'), received()]).toEqual([everybody(), []]);
		await fixture.ledger.spines.resume(SPINE, 'mended', 'test');
	}
	await tick();
	expect(received()).toEqual(everybody());
});
