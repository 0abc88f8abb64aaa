import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSender, type SenderAdmin, type SenderName } from '../../testbed/standins/senders';
import { createSpineFixture, SPINE, type SpineFixture } from './fixture';
import { type MailRefusals, nodes, openMailServer } from './provider-nodes';

let fixture: SpineFixture;
beforeEach(async () => {
	fixture = await createSpineFixture(10);
	// As somebody who swaps the provider and says nothing of it.
	await fixture.configure({ provider: undefined });
});
afterEach(async () => await fixture.close());

const commit = (provider: string) => ({
	typeVersion: 2,
	parameters: { operation: 'commit', provider, assetIdField: 'id' },
});
const eligible = (): readonly string[] => fixture.standIns.story?.eligible ?? [];
const count = async (state: string) =>
	(await fixture.ledger.deliveries.list({ spine: SPINE, states: [state as never], limit: 100 })).length;
const tick = async (provider: string, send: object, credentials: object) =>
	await fixture.runTemplate('content-delivery-spine.json', {
		startNode: 'Check Every 15 Minutes',
		nodeOverrides: { 'Send Email': send, 'Commit Delivery': commit(provider) },
		credentials: { ...fixture.credentials, ...credentials },
	});
/** Ends the doubt by the spine's policy, as nobody can be asked. */
const settle = async () =>
	await fixture.run({
		nodes: [
			{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
			{
				name: 'Settle',
				type: 'n8n-nodes-release-gate.deliveryCommit',
				typeVersion: 2,
				parameters: { operation: 'settle', settleBy: 'policy', spine: SPINE },
			},
		],
		connections: { Start: { main: [[{ node: 'Settle', type: 'main', index: 0 }]] } },
	});
const onceEach = (addresses: readonly string[]) => {
	expect(new Set(addresses).size).toBe(addresses.length);
	expect(addresses).toHaveLength(eligible().length);
};

describe.each(Object.keys(nodes) as SenderName[])('the spine through %s', (name) => {
	let sender: Awaited<ReturnType<typeof startSender>>;
	let admin: SenderAdmin;
	beforeEach(async () => {
		sender = await startSender(name);
		admin = sender.admin;
	});
	afterEach(async () => await sender.close());
	const run = async () =>
		await tick(
			name,
			{ parameters: nodes[name](sender.url) },
			{
				httpHeaderAuth: { name: 'Authorization', value: 'Bearer stand-in' },
			},
		);

	it('sends each contact one email, and a lost answer is no second one', async () => {
		admin.fault('lost-answer', { times: 1 });
		const first = await run();
		expect(first.error).toBeUndefined();
		expect([await count('committed'), await count('in-doubt')]).toEqual([eligible().length - 1, 1]);
		await run();
		onceEach(admin.received().map(({ to: address }) => address));
		expect((await settle()).error).toBeUndefined();
		expect([await count('committed'), await count('in-doubt')]).toEqual([eligible().length, 0]);
		await run();
		onceEach(admin.received().map(({ to: address }) => address));
		const records = await fixture.ledger.deliveries.list({ spine: SPINE, states: ['committed'], limit: 100 });
		const ids = new Set(admin.received().map(({ messageId }) => messageId));
		const kept = records.flatMap(({ providerMessageId }) => providerMessageId ?? []);
		expect(kept).toHaveLength(eligible().length - 1);
		expect(kept.every((id) => ids.has(id))).toBe(true);
	});
});

it('a single send that HubSpot did not make is not committed', async () => {
	const sender = await startSender('hubspot');
	const run = async () =>
		await tick(
			'hubspot',
			{ parameters: nodes.hubspot(sender.url) },
			{
				httpHeaderAuth: { name: 'Authorization', value: 'Bearer stand-in' },
			},
		);
	sender.admin.nextResult('PREVIOUSLY_BOUNCED');
	const first = await run();
	expect(first.json('Commit Delivery', 0)).toMatchObject([
		{
			releaseGate: {
				status: 'failed',
				message: 'HubSpot: the single send was not made (PREVIOUSLY_BOUNCED).',
			},
		},
	]);
	expect([await count('failed'), await count('committed')]).toEqual([1, eligible().length - 1]);
	await run();
	expect(sender.admin.received()).toHaveLength(eligible().length - 1);
	await sender.close();
});

it('an answer of a shape nobody knows is in doubt, never a success', async () => {
	const sender = await startSender('resend');
	// Brevo's answer has no `id`; Resend's has no `messageId`.
	const first = await tick(
		'brevo',
		{ parameters: nodes.resend(sender.url) },
		{
			httpHeaderAuth: { name: 'Authorization', value: 'Bearer stand-in' },
		},
	);
	expect(first.json('Commit Delivery', 1)).toEqual([]);
	expect(await count('in-doubt')).toBe(eligible().length);
	await sender.close();
});

describe('a doubt that Postmark cannot settle', () => {
	let open: Awaited<ReturnType<typeof startSender>> | undefined;
	afterEach(async () => await open?.close());
	const lose = async (name: SenderName) => {
		const sender = await startSender(name);
		open = sender;
		const send = async () =>
			await tick(
				name,
				{ parameters: nodes[name](sender.url) },
				{ httpHeaderAuth: { name: 'Authorization', value: 'Bearer stand-in' } },
			);
		return { sender, send };
	};

	it('stays one where the others of its slot were sent by somebody else: Postmark finds nothing, and nothing is sent again', async () => {
		const { sender, send } = await lose('brevo');
		sender.admin.fault('lost-answer', { times: 1 });
		await send();
		expect(await count('in-doubt')).toBe(1);
		await fixture.runTemplate('reconcile.json');
		await send();
		onceEach(sender.admin.received().map(({ to: address }) => address));
	});

	it('stays one where nobody said through whom the spine sends, and nothing shows it', async () => {
		const { sender, send } = await lose('brevo');
		sender.admin.fault('lost-answer', { times: Infinity });
		await send();
		await fixture.runTemplate('reconcile.json');
		expect([await count('in-doubt'), await count('due')]).toEqual([eligible().length, 0]);
		await send();
		onceEach(sender.admin.received().map(({ to: address }) => address));
	});

	it('goes by the policy of a spine that is said to send through another provider, and Postmark is not asked', async () => {
		await fixture.configure({ provider: 'brevo' });
		const { sender, send } = await lose('brevo');
		sender.admin.fault('lost-answer', { times: Infinity });
		await send();
		const run = await fixture.runTemplate('reconcile.json');
		expect(run.error).toBeUndefined();
		expect(run.items('Ask Postmark')).toEqual([]);
		expect([await count('committed'), await count('due')]).toEqual([eligible().length, 0]);
	});
});

describe('the spine through a mail server', () => {
	const open = async (refuse: MailRefusals) => {
		const server = await openMailServer(refuse);
		return { ...server, refuse, run: async () => await tick('smtp', server.node, server.credentials) };
	};

	it('sends each contact one email', async () => {
		const mail = await open({});
		await mail.run();
		await mail.run();
		onceEach(mail.taken);
		expect(await count('committed')).toBe(eligible().length);
		await mail.close();
	});

	it('a wrong password pauses the spine and is never a delivery', async () => {
		const mail = await open({ auth: 535 });
		await mail.run();
		expect((await fixture.ledger.spines.get(SPINE))?.pauseReason).toContain(
			'the login is not accepted (535)',
		);
		expect([await count('due'), await count('committed'), await count('in-doubt')]).toEqual([
			eligible().length,
			0,
			0,
		]);
		delete mail.refuse.auth;
		await fixture.ledger.spines.resume(SPINE, 'mended', 'test');
		await mail.run();
		onceEach(mail.taken);
		await mail.close();
	});

	it.each([
		[550, 'failed'],
		[451, 'failed'],
	])('a reply of %s is a refusal, not a doubt', async (code, state) => {
		const mail = await open({ rcpt: code });
		await mail.run();
		expect([await count(state), await count('in-doubt')]).toEqual([eligible().length, 0]);
		delete mail.refuse.rcpt;
		await mail.run();
		expect(mail.taken).toHaveLength(code === 451 ? eligible().length : 0);
		await mail.close();
	});

	it('a connection that breaks after the message was taken is in doubt, and no second email', async () => {
		const mail = await open({ lost: 1 });
		await mail.run();
		expect(await count('in-doubt')).toBeGreaterThanOrEqual(1);
		await mail.run();
		expect(new Set(mail.taken).size).toBe(mail.taken.length);
		await settle();
		await mail.run();
		expect(new Set(mail.taken).size).toBe(mail.taken.length);
		await mail.close();
	});
});
