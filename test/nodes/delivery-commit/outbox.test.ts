import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startHubSpot } from '../../../testbed/standins/hubspot';
import {
	contentDeliveryDefinitions,
	contentDeliveryGroups,
} from '../../../testbed/standins/hubspot/content-delivery';
import { sandboxToken } from '../../../testbed/standins/hubspot/tokens';
import { limitsSeen } from '../../../app/desk/limits';
import { gateError } from '../../../core/errors';
import type { SpineSettings } from '../../../core/delivery/spine-settings';
import { description } from '../../../nodes/DeliveryCommit/operations/outcome.operation';
import { runWorkflow } from '../../../testbed/engine/n8n';
import {
	claim,
	commit,
	confirm,
	dueItems,
	ledger,
	OWN,
	ownUserFolder,
	send,
	single,
	workflow,
} from '../kit/spine';

const spine = workflow({ Claim: claim, Confirm: confirm, Send: send, Commit: commit }, [
	['Start', 'Claim'],
	['Claim', 'Confirm', 1],
	['Confirm', 'Send', 1],
	['Send', 'Commit'],
]);
const sent = workflow({ Claim: claim, Confirm: confirm }, [
	['Start', 'Claim'],
	['Claim', 'Confirm', 1],
]);
const deliveryCommit = (parameters: object, typeVersion = 1) =>
	single({ type: `${OWN}.deliveryCommit`, typeVersion, parameters });

let home: ReturnType<typeof ownUserFolder>;

beforeEach(() => {
	home = ownUserFolder();
});

afterEach(async () => await home.remove());

describe('writes to HubSpot', () => {
	let hubspot: Awaited<ReturnType<typeof startHubSpot>>;

	beforeEach(async () => {
		hubspot = await startHubSpot({ port: 0 });
		for (const group of contentDeliveryGroups) hubspot.admin.addGroup(group);
		hubspot.admin.define(...contentDeliveryDefinitions);
	});

	afterEach(async () => await hubspot.close());

	const credentials = (accessToken: string = sandboxToken) => ({
		releaseGateHubSpotApi: { accessToken, baseUrl: hubspot.url },
	});

	const count = (id: string): string | undefined => hubspot.admin.values(id)?.cc_delivery_count;

	it('leave in the ledger how many calls HubSpot has left, without the token', async () => {
		hubspot.admin.setLimits({ per10Seconds: 100, searchPerSecond: 5, perDay: 1000 });
		const ids = hubspot.admin.seedContacts([{ email: 'a@example.com' }]);
		await runWorkflow(spine, { triggerItems: await dueItems(ids), credentials: credentials() });
		const [seen, ...others] = await limitsSeen(await ledger(), Date.now());
		expect(others).toEqual([]);
		expect(seen).toMatchObject({
			target: 'HubSpot',
			day: { most: 1000 },
			burst: { most: 100, windowMs: 10_000 },
		});
		expect(seen?.day?.left).toBeLessThan(1000);
		expect(seen?.account).toMatch(/^[0-9a-f]{8}$/);
		expect(JSON.stringify(await (await ledger()).records.list({ kind: 'limits', limit: 5 }))).not.toContain(
			sandboxToken,
		);
	});

	it('follow the commit at once, and only it', async () => {
		const ids = hubspot.admin.seedContacts([{ email: 'a@example.com' }, { email: 'b@example.com' }]);
		const triggerItems = await dueItems(ids);
		const before = await runWorkflow(sent, {
			triggerItems: triggerItems.slice(1),
			credentials: credentials(),
		});
		expect(before.json('Confirm', 1)).toHaveLength(1);
		const run = await runWorkflow(spine, {
			triggerItems: triggerItems.slice(0, 1),
			credentials: credentials(),
		});
		expect(run.json('Commit', 1)).toHaveLength(1);
		expect(run.hints.map(({ message }) => message)).toEqual(['1 sent.']);
		expect(ids.map(count)).toEqual(['1', undefined]);
		expect(await (await ledger()).outbox.backlog('hubspot:contacts')).toMatchObject({ waiting: 0 });
	});

	it('wait, and the commit stands, when HubSpot refuses the token; a hint says why', async () => {
		const ids = hubspot.admin.seedContacts([{ email: 'a@example.com' }]);
		const run = await runWorkflow(spine, {
			triggerItems: await dueItems(ids),
			credentials: credentials('revoked'),
		});
		expect(run.json('Commit', 1)).toHaveLength(1);
		expect(run.hints).toMatchObject([
			{ node: 'Commit', type: 'info', message: '1 sent.' },
			{ node: 'Commit', type: 'warning' },
		]);
		expect(run.hints[1]?.message).not.toContain('revoked');
		expect(await (await ledger()).outbox.backlog('hubspot:contacts')).toMatchObject({ waiting: 1 });
	});

	it('wait in the outbox without failing the commit when there is no credential, and are flushed later', async () => {
		const ids = hubspot.admin.seedContacts([{ email: 'a@example.com' }]);
		const triggerItems = await dueItems([...ids, '999999']);
		const run = await runWorkflow(spine, { triggerItems });
		expect(run.json('Commit', 1)).toHaveLength(2);
		expect(ids.map(count)).toEqual([undefined]);
		const flush = deliveryCommit({ operation: 'flush' });
		const without = await runWorkflow(flush);
		expect(without.error?.description).toContain('HubSpot');
		const flushed = await runWorkflow(flush, { credentials: credentials() });
		expect(flushed.json('Node', 1)).toMatchObject([
			{ written: 1, refused: 1, backlog: { waiting: 0, refused: 1 } },
		]);
		expect(flushed.json('Node', 0)).toMatchObject([
			{ contact: '999999', releaseGate: { status: 'refused' } },
		]);
		expect(ids.map(count)).toEqual(['1']);
	});
});

describe('writes of a spine whose recipients are not in HubSpot', () => {
	it('are told on the output, and nothing piles up', async () => {
		const run = await runWorkflow(spine, {
			triggerItems: await dueItems(['row-7'], { writeBack: 'output' }),
		});
		expect(run.json('Commit', 1)).toMatchObject([
			{
				writes: {
					id: 'row-7',
					properties: { cc_delivery_count: '1', cc_next_eligible_send_at: expect.stringContaining('T') },
				},
			},
		]);
		expect(await (await ledger()).outbox.backlog('hubspot:contacts')).toMatchObject({ waiting: 0 });
		expect(await (await ledger()).outbox.take('output', 10, 60_000)).toEqual([]);
	});

	it('are told of what is settled, too', async () => {
		const triggerItems = await dueItems(['row-7', 'row-8'], {
			...{ writeBack: 'output', provider: 'postmark', inDoubtQuietMs: 0 },
		});
		const run = await runWorkflow(sent, { triggerItems });
		const records = await (await ledger()).deliveries.list({ states: ['sending'], limit: 10 });
		const lost = { failureClass: 'send', sent: 'unknown', retryable: false, reason: 'test' } as const;
		await (await ledger()).deliveries.fail(records.map(({ ref, token }) => ({ ref, token, ...lost })));
		const [first] = run.json('Confirm', 1).map(({ delivery }) => delivery as { key: string });
		const answered = await runWorkflow(deliveryCommit({ operation: 'settle', settleBy: 'answers' }), {
			triggerItems: [{ key: first!.key, TotalCount: 1 }],
		});
		expect(answered.json('Node', 1)).toMatchObject([{ writes: { id: 'row-7' } }]);
		const assumed = await runWorkflow(
			deliveryCommit({ operation: 'settle', settleBy: 'policy', spine: 'content' }),
		);
		expect(assumed.json('Node', 1)).toMatchObject([{ writes: { id: 'row-8' } }, { settled: 1 }]);
	});

	it('are said to pile up where the outbox is on and nobody empties it', async () => {
		await runWorkflow(spine, { triggerItems: await dueItems(['1']) });
		const real = Date.now.bind(Date);
		const later = jest.spyOn(Date, 'now').mockImplementation(() => real() + 2 * 3_600_000);
		const run = await runWorkflow(spine, { triggerItems: await dueItems(['2']) });
		later.mockRestore();
		expect(run.json('Commit', 1)).toHaveLength(1);
		expect(run.hints.map(({ message }) => message).join(' ')).toMatch(
			/2 write\(s\) to HubSpot wait in the outbox, the oldest since .+: nobody empties it\..+set Write Back/,
		);
	});
});

describe('outcomes', () => {
	const record = deliveryCommit({ operation: 'outcome' });

	it('are found by message id, bare or posted, once; others go on', async () => {
		await runWorkflow(spine, { triggerItems: await dueItems(['1']) });
		const bounce = {
			RecordType: 'Bounce',
			Type: 'HardBounce',
			MessageID: 'm-0',
			BouncedAt: new Date().toISOString(),
		};
		const run = await runWorkflow(record, {
			triggerItems: [
				{ body: bounce },
				{ json: bounce },
				{ json: { ...bounce, Type: 'Transient' } },
				{ json: { ...bounce, MessageID: 'nobody' } },
				{ json: { RecordType: 'Open' } },
			],
		});
		const status = (output: number) =>
			run.json('Node', output).map(({ releaseGate }) => (releaseGate as { status: string }).status);
		expect(status(1)).toEqual(['recorded', 'known', 'ignored']);
		expect(run.json('Node', 0).map(({ releaseGate }) => (releaseGate as { reason: string }).reason)).toEqual([
			'unknown-delivery',
			'outcome-unreadable',
		]);
	});
});

describe('outcomes of another provider', () => {
	const event = (name: string, more: object = {}) => ({ event: name, smtp_id: 'm-0', timestamp: 1, ...more });
	const named = {
		operation: 'outcome',
		outcomeReading: 'fields',
		outcomeMessageIdField: 'smtp_id',
		outcomeKeyField: 'key',
		outcomeField: 'event',
		deliveredValues: 'delivered',
		bouncedValues: 'bounce, dropped',
		complainedValues: 'spamreport',
		outcomeTimeField: 'timestamp',
	};

	it('are read from the fields and values that are named', async () => {
		await runWorkflow(spine, { triggerItems: await dueItems(['1']) });
		const at = Math.floor(Date.now() / 1000);
		const run = await runWorkflow(deliveryCommit(named), {
			triggerItems: [
				{ json: { body: event('delivered', { timestamp: at }) } as never },
				{ json: event('Dropped', { timestamp: at }) as never },
				{ json: event('delivered', { timestamp: at }) as never },
				{ json: event('open') as never },
				{ json: { smtp_id: 'm-0' } },
				{ json: { event: 'bounce' } },
			],
		});
		expect(run.error).toBeUndefined();
		expect(run.json('Node', 1).map(({ releaseGate }) => releaseGate)).toEqual([
			{ status: 'recorded', outcome: 'delivered' },
			{ status: 'recorded', outcome: 'bounced' },
			{ status: 'known', outcome: 'delivered' },
		]);
		const refused = run.json('Node', 0).map(({ releaseGate }) => releaseGate as Record<string, string>);
		expect(refused.map(({ reason }) => reason)).toEqual(Array(3).fill('outcome-unreadable'));
		expect(refused.map(({ message }) => message)).toEqual([
			expect.stringContaining("'event' holds none of: delivered, bounce, dropped, spamreport"),
			expect.stringContaining("it has no 'event'"),
			expect.stringContaining("it has neither a delivery key nor a value in 'smtp_id'"),
		]);
		const [row] = await (await ledger()).deliveries.list({ states: ['committed'], limit: 10 });
		expect(row).toMatchObject({ outcome: 'bounced', outcomeAt: at * 1000 });
	});

	it('follow from the provider that is picked, from version 2 on', async () => {
		await runWorkflow(spine, { triggerItems: await dueItems(['1']) });
		const record = async (outcomeProvider: string, item: object) => {
			const parameters = { operation: 'outcome', outcomeProvider, customProvider: 'postmark' };
			const named = { outcomeMessageIdField: 'smtp_id', outcomeKeyField: '', outcomeField: 'event' };
			return await runWorkflow(deliveryCommit({ ...parameters, ...named }, 2), {
				triggerItems: [item as never],
			});
		};
		const postmark = await record('postmark', { RecordType: 'Delivery', MessageID: 'm-0' });
		expect(postmark.json('Node', 1)).toMatchObject([{ releaseGate: { outcome: 'delivered' } }]);
		const custom = await record('custom', { smtp_id: 'm-0', event: 'bounce' });
		expect(custom.json('Node', 1)).toMatchObject([{ releaseGate: { outcome: 'bounced' } }]);
		// Sent through Postmark: the same id of another provider is another message.
		const sendgrid = await record('sendgrid', { event: 'spamreport', sg_message_id: 'm-0.filter' });
		expect(sendgrid.json('Node', 0)).toMatchObject([{ releaseGate: { reason: 'unknown-delivery' } }]);
	});

	it('are nobody’s where the provider is not one that reports, or has no name', async () => {
		const record = async (outcomeProvider: string) =>
			await runWorkflow(
				deliveryCommit({ operation: 'outcome', outcomeProvider, customProvider: '={{ "" }}' }, 2),
				{ triggerItems: [{ RecordType: 'Delivery', MessageID: 'm-0' }] },
			);
		const strange = await record('={{ "hubspot" }}');
		expect(strange.error?.message).toContain("'Provider' cannot be used: 'hubspot' reports nothing");
		const nameless = await record('custom');
		expect(nameless.error?.message).toContain('Provider Name');
	});

	it('names in the remedy only parameters that the operation has', () => {
		const { remedy } = gateError('outcome-unreadable', { item: 0, reason: 'test' });
		const said = [...remedy.matchAll(/“([^”]+)”/g)].map(([, name]) => name);
		const shown = new Set(description.map(({ displayName }) => displayName));
		expect(said.length).toBeGreaterThan(1);
		expect(said.filter((name) => !shown.has(name ?? ''))).toEqual([]);
	});
});

describe('deliveries in doubt', () => {
	const inDoubt = async (inDoubtQuietMs: number, settings: Partial<SpineSettings> = {}) => {
		const triggerItems = await dueItems(['1', '2', '3'], {
			inDoubtQuietMs,
			provider: 'postmark',
			...settings,
		});
		const run = await runWorkflow(sent, { triggerItems });
		const deliveries = run
			.json('Confirm', 1)
			.map(({ delivery }) => delivery as { key: string; token: number });
		const records = await (await ledger()).deliveries.list({ states: ['sending'], limit: 10 });
		await (
			await ledger()
		).deliveries.fail(
			records.map(({ ref, token }) => ({
				ref,
				token,
				failureClass: 'send',
				sent: 'unknown',
				retryable: false,
				reason: 'test',
			})),
		);
		return deliveries;
	};
	const answers = deliveryCommit({ operation: 'settle', settleBy: 'answers' });

	it('are settled by what the provider answers, and stay where it proves nothing', async () => {
		const [found, missing, unclear] = await inDoubt(0);
		const run = await runWorkflow(answers, {
			triggerItems: [
				{ key: found!.key, TotalCount: 1, Messages: [{ MessageID: 'm-9' }] },
				{ key: missing!.key, TotalCount: 0 },
				{ key: unclear!.key, TotalCount: 'perhaps' },
			],
		});
		expect(run.json('Node', 1).map(({ releaseGate }) => (releaseGate as { status: string }).status)).toEqual([
			'committed',
			'due',
		]);
		expect(run.json('Node', 0)).toMatchObject([{ releaseGate: { reason: 'answer-unclear' } }]);
		const [committed] = await (await ledger()).deliveries.list({ states: ['committed'], limit: 10 });
		expect(committed?.providerMessageId).toBe('m-9');
	});

	it('are not settled in the name of nobody', async () => {
		const [first] = await inDoubt(0);
		const nameless = { settleProvider: 'custom', customProvider: '={{ "" }}' };
		const run = await runWorkflow(
			deliveryCommit({ operation: 'settle', settleBy: 'answers', ...nameless }, 2),
			{ triggerItems: [{ key: first!.key, TotalCount: 0 }] },
		);
		expect(run.error?.message).toContain('Provider Name');
		const waiting = await (await ledger()).deliveries.list({ states: ['in-doubt'], limit: 10 });
		expect(waiting).toHaveLength(3);
	});

	it('write HubSpot as a commit would: asset and the provider’s time included', async () => {
		const [found] = await inDoubt(0);
		const ReceivedAt = new Date().toISOString();
		const Messages = [{ MessageID: 'm-9', ReceivedAt, Metadata: { asset_id: 'text-7' } }];
		await runWorkflow(answers, { triggerItems: [{ key: found!.key, TotalCount: 1, Messages }] });
		const accepted = `return $input.all().map((item, i) => ({ json: { MessageID: 'm', SubmittedAt: '${ReceivedAt}', asset: 'text-7' }, pairedItem: { item: i } }))`;
		const committing = {
			...spine,
			nodes: spine.nodes.map((node) =>
				node.name === 'Send'
					? { ...node, parameters: { jsCode: accepted } }
					: node.name === 'Commit'
						? { ...node, parameters: { operation: 'commit', assetIdField: 'asset' } }
						: node,
			),
		};
		await runWorkflow(committing, {
			triggerItems: await dueItems(['4'], { inDoubtQuietMs: 0, provider: 'postmark' }),
		});
		const entries = await (await ledger()).outbox.take('hubspot:contacts', 10, 60_000);
		const written = new Map(
			entries.map(({ objectId, payload }) => [objectId, payload['properties'] as Record<string, string>]),
		);
		expect(Object.keys(written.get('1') ?? {})).toEqual(Object.keys(written.get('4') ?? {}));
		expect(written.get('1')).toMatchObject({
			cc_last_asset_id: 'text-7',
			cc_last_delivery_at: ReceivedAt,
			cc_delivery_count: '1',
			cc_next_eligible_send_at: written.get('4')?.['cc_next_eligible_send_at'],
		});
	});

	const reasons = (run: Awaited<ReturnType<typeof runWorkflow>>) =>
		run.json('Node', 0).map(({ releaseGate }) => (releaseGate as { reason: string }).reason);

	it('are not taken for unsent because a provider that did not send them finds nothing', async () => {
		const [first] = await inDoubt(0, { provider: 'brevo' });
		const triggerItems = [{ key: first!.key, TotalCount: 0 }];
		expect(reasons(await runWorkflow(answers, { triggerItems }))).toEqual(['asked-another']);
	});

	it('are not taken for unsent where nothing says through whom the spine sends', async () => {
		const [first] = await inDoubt(0, { provider: undefined });
		const triggerItems = [{ key: first!.key, TotalCount: 0 }];
		expect(reasons(await runWorkflow(answers, { triggerItems }))).toEqual(['provider-unknown']);
	});

	it('are not taken for unsent by a search that is not complete, nor by one that there is not', async () => {
		const [first, second] = await inDoubt(0, { provider: 'mailgun' });
		const ask = async (settleProvider: string, item: object) =>
			await runWorkflow(deliveryCommit({ operation: 'settle', settleBy: 'answers', settleProvider }, 2), {
				triggerItems: [{ key: first!.key, TotalCount: 0, ...item }],
			});
		expect(reasons(await ask('mailgun', { items: [] }))).toEqual(['absence-unproven']);
		expect(reasons(await ask('mailgun', {}))).toEqual(['answer-unclear']);
		expect(reasons(await ask('ses', {}))).toEqual(['answer-unclear']);
		const other = { 'user-variables': { delivery_key: second!.key }, timestamp: 1 };
		expect(reasons(await ask('mailgun', { items: [other] }))).toEqual(['absence-unproven']);
		const message = { headers: { 'message-id': 'm-7@example.com' } };
		const mine = { 'user-variables': { delivery_key: first!.key }, message, timestamp: Date.now() / 1000 };
		expect((await ask('mailgun', { items: [other, mine] })).json('Node', 1)).toMatchObject([
			{ releaseGate: { status: 'committed' } },
		]);
		const [committed] = await (await ledger()).deliveries.list({ states: ['committed'], limit: 10 });
		expect(committed).toMatchObject({ provider: 'mailgun', providerMessageId: 'm-7@example.com' });
	});

	it('of a provider of the user’s own are settled by the fields the user names', async () => {
		const [first] = await inDoubt(0, { provider: 'acme-mail' });
		const named = { settleProvider: 'custom', customProvider: 'acme-mail', answerField: 'found' };
		const run = await runWorkflow(deliveryCommit({ operation: 'settle', settleBy: 'answers', ...named }, 2), {
			triggerItems: [{ key: first!.key, found: false }],
		});
		expect(run.json('Node', 1)).toMatchObject([{ releaseGate: { status: 'due' } }]);
	});

	it('reach HubSpot with the asset that was confirmed when the policy settles them', async () => {
		const confirming = {
			...sent,
			nodes: sent.nodes.map((node) =>
				node.name === 'Confirm'
					? { ...node, parameters: { operation: 'confirm', assetIdField: 'text.id' } }
					: node,
			),
		};
		const items = await dueItems(['1'], { inDoubtQuietMs: 0 });
		await runWorkflow(confirming, {
			triggerItems: items.map((item) => ({ ...item, json: { ...item.json, text: { id: 'text-7' } } })),
		});
		const store = await ledger();
		const [record] = await store.deliveries.list({ states: ['sending'], limit: 10 });
		const { ref, token } = record!;
		const end = { failureClass: 'send', sent: 'unknown', retryable: false, reason: 'test' } as const;
		await store.deliveries.fail([{ ref, token, ...end }]);
		const policy = { operation: 'settle', settleBy: 'policy', spine: ref.spine };
		await runWorkflow(deliveryCommit(policy), { triggerItems: [{}] });
		expect(await store.outbox.take('hubspot:contacts', 10, 60_000)).toMatchObject([
			{ objectId: '1', payload: { properties: { cc_last_asset_id: 'text-7', cc_delivery_count: '1' } } },
		]);
	});

	it('are not taken for unsent before the quiet time is over', async () => {
		const [first] = await inDoubt(3_600_000);
		const run = await runWorkflow(answers, { triggerItems: [{ key: first!.key, TotalCount: 0 }] });
		expect(run.json('Node', 0)).toMatchObject([{ releaseGate: { reason: 'too-early' } }]);
	});

	it('are not taken for unsent before the quiet time is over since the failure was told, however long the run took', async () => {
		const [first] = await inDoubt(10 * 60_000);
		const store = await ledger();
		const [record] = await store.deliveries.list({ states: ['sending', 'in-doubt'], limit: 10 });
		const { ref, token } = record!;
		const real = Date.now.bind(Date);
		const at = (minutes: number) =>
			jest.spyOn(Date, 'now').mockImplementation(() => real() + minutes * 60_000);
		at(9);
		const end = { failureClass: 'send', sent: 'unknown', retryable: false, reason: 'told late' } as const;
		await store.deliveries.fail([{ ref, token, ...end }]);
		at(11);
		const asked = { triggerItems: [{ key: first!.key, TotalCount: 0 }] };
		const early = await runWorkflow(answers, asked);
		expect(early.json('Node', 0)).toMatchObject([{ releaseGate: { reason: 'too-early' } }]);
		at(20);
		const late = await runWorkflow(answers, asked);
		jest.restoreAllMocks();
		expect(late.json('Node', 1)).toMatchObject([{ releaseGate: { status: 'due' } }]);
	});

	it('are left to a person where the spine says so: the provider finding nothing proves nothing', async () => {
		const [first, second] = await inDoubt(0, { inDoubt: 'wait-for-a-person' });
		const asked = { triggerItems: [{ key: first!.key, TotalCount: 0 }] };
		const run = await runWorkflow(answers, asked);
		expect(run.json('Node', 0)).toMatchObject([{ releaseGate: { reason: 'left-to-a-person' } }]);
		expect(await (await ledger()).deliveries.list({ states: ['due'], limit: 10 })).toEqual([]);
		const person = deliveryCommit({ operation: 'settle', settleBy: 'person', answerField: 'found' });
		const told = await runWorkflow(person, {
			triggerItems: [
				{ key: first!.key, found: false },
				{ key: second!.key, found: true },
			],
		});
		expect(told.json('Node', 1)).toMatchObject([
			{ releaseGate: { status: 'due' } },
			{ releaseGate: { status: 'committed' } },
		]);
	});

	it('are assumed delivered by the policy of the spine', async () => {
		await inDoubt(0);
		const run = await runWorkflow(
			deliveryCommit({ operation: 'settle', settleBy: 'policy', spine: 'content' }),
		);
		expect(run.json('Node', 1)).toMatchObject([{ spine: 'content', settled: 3, waiting: 0 }]);
	});
});
