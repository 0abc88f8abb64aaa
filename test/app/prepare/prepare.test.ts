import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseWorkflow, type WorkflowJson } from '../../../core/audit';
import type { WorkflowSave } from '../../../core/audit/workflow-state';
import { changedSinceShown, prepareRelease, type PreparePorts } from '../../../app/prepare';
import {
	evidenceFor,
	findRelease,
	promoteRelease,
	recordAnswer,
	recordReleased,
	releasesOf,
} from '../../../app/release';
import { gateError } from '../../../core/errors';
import type { Said } from '../../../core/release/prepare/manifest';
import type { HubSpotAccount } from '../../../testbed/standins/hubspot/account';
import { readTemplate } from '../../workflows/template';
import { personOf } from '../../support/release';
import { serviceFixture, SUBJECT, type ServiceFixture } from '../../support/release-service';
import { accountDirectory, freshAccount, MemoryHost, portsOf } from '../snapshot/fixture';

const spine = readTemplate('content-delivery-spine.json');
const asSaved = (change: (text: string) => string = (text) => text): WorkflowSave => {
	const { name, nodes, connections, settings } = JSON.parse(change(JSON.stringify(spine))) as typeof spine;
	return { name, nodes, connections, settings: { ...settings, errorWorkflow: 'errors' } } as WorkflowSave;
};
const warmer = (text: string): string =>
	text.replace('You write one short, useful email', 'You write one short, warm email');

type Mutable<Value> = Value extends object ? { -readonly [Key in keyof Value]: Mutable<Value[Key]> } : Value;

const named = (id: string, nodes: readonly object[]): WorkflowJson =>
	parseWorkflow({ id, name: id, active: true, nodes, connections: {} }, id);
const monitor = named('monitor', [
	{ name: 'Check Every Hour', type: 'n8n-nodes-base.scheduleTrigger' },
	{ name: 'Assess Release', type: 'n8n-nodes-release-gate.stabilizationCheck' },
]);
const { nodes: rollbackNodes, ...rollbackRest } = readTemplate('rollback.json');
const rollback = parseWorkflow(
	{
		...rollbackRest,
		id: 'rollback',
		active: true,
		nodes: rollbackNodes.map((node) => ({
			...node,
			credentials: { releaseGateN8nApi: { id: '1', name: 'n8n' } },
		})),
	},
	'rollback',
);

let fixture: ServiceFixture;
let host: MemoryHost;
let account: HubSpotAccount;
let others: readonly WorkflowJson[];
beforeEach(async () => {
	fixture = await serviceFixture();
	host = new MemoryHost();
	host.seed('spine', asSaved());
	account = freshAccount(fixture.clock);
	others = [monitor, rollback];
});
afterEach(async () => await fixture.close());

const ports = (): PreparePorts => ({
	...portsOf(fixture.ledger, accountDirectory(account), host, fixture.clock),
	directory: {
		published: async () => [
			...host.ids().flatMap((id) => {
				const { name, settings, published } = host.now(id);
				return published
					? [parseWorkflow({ id, name, settings, active: true, ...published }, `workflow ${id}`)]
					: [];
			}),
			...others,
		],
	},
});
const said: Said = {
	title: 'Warmer opening line',
	why: 'Readers found it cold',
	requestedBy: 'rita@example.com',
	kind: 'regular',
	purpose: '',
	follows: '',
	failureMode: '',
	documents: [],
	othersStayBecause: '',
};
const prepare = (more: Partial<Said> = {}, owner = 'account 1') =>
	prepareRelease(ports(), { spine: SUBJECT, said: { ...said, ...more }, owner });
const save = async (change: (text: string) => string): Promise<string> =>
	await host.save('spine', asSaved(change));
const texts = { failureMode: 'It reads stiffly.', othersStayBecause: 'None of them speaks of wording.' };

describe('preparing a release of a draft', () => {
	test('one edited prompt is one readable change, controlled, and only people’s questions are left', async () => {
		const version = await save(warmer);
		const before = host.now('spine').published;
		const prepared = await prepare(texts);
		expect(prepared.steps.filter(({ status }) => status === 'failed')).toEqual([]);
		expect(prepared.classification.riskClass).toBe('controlled');
		expect(prepared.differences).toEqual([
			{
				what: expect.stringContaining('Set Config changes (prompt)') as unknown,
				surfaces: ['prompts'],
				before: expect.stringContaining('one short, useful email') as unknown,
				after: expect.stringContaining('one short, warm email') as unknown,
			},
		]);
		expect(prepared.checks.filter(({ status }) => status === 'fail')).toEqual([]);
		expect(prepared.questions.map(({ check }) => check)).toEqual([
			'architecture-aligned',
			'product-contract-kept',
			'no-user-action',
			'needs-no-user-attention',
		]);
		expect(prepared.texts).toEqual([]);
		expect(prepared.workflow).toMatchObject({ id: 'spine', draft: version });
		// Nothing live was touched, and the copies of the drill are gone.
		expect(host.now('spine').published).toEqual(before);
		expect(host.ids()).toEqual(['spine']);
		expect(
			(await evidenceFor(fixture.ports, prepared.release)).find(({ check }) => check === 'drill'),
		).toMatchObject({ status: 'pass' });
	});

	test('asks for the lines that only a person can write, and goes on with the same release', async () => {
		await save(warmer);
		const first = await prepare();
		expect(first.texts.map(({ field }) => field).sort()).toEqual(['documents', 'failureMode']);
		const second = await prepare(texts);
		expect(second.release).toBe(first.release);
		expect(second.texts).toEqual([]);
	});

	test('nobody writes a line twice while the draft does the same, and once more when it does not', async () => {
		await save(warmer);
		const first = await prepare(texts);
		const again = await prepare();
		expect([again.texts, again.releaseHash]).toEqual([[], first.releaseHash]);
		await save((text) => warmer(text).replace('one short, warm email', 'one short, WARM email'));
		expect((await prepare()).texts.map(({ field }) => field).sort()).toEqual(['documents', 'failureMode']);
	});

	test('a draft that somebody went on with is prepared anew under the same release', async () => {
		await save(warmer);
		const first = await prepare(texts);
		await save((text) => warmer(text).replace('Your next piece', 'A piece for you'));
		const second = await prepare(texts);
		expect(second.release).toBe(first.release);
		expect(second.releaseHash).not.toBe(first.releaseHash);
		expect(second.classification.riskClass).toBe('critical');
	});

	describe('a draft that was changed after it was shown', () => {
		const again = (shown: string) =>
			prepareRelease(ports(), { spine: SUBJECT, said: { ...said, ...texts }, owner: 'account 1', shown });

		test('is held before anything is written, and the values that changed are known', async () => {
			await save(warmer);
			const { release, shown } = await prepare();
			const before = await findRelease(fixture.ports, release);
			await save((text) => warmer(text).replace('one short, warm email', 'one short, WARM email'));
			await expect(again(shown)).rejects.toMatchObject({
				code: 'prepare-draft-changed',
				message: expect.stringContaining('Set Config changes (prompt)') as unknown,
			});
			expect(await findRelease(fixture.ports, release)).toEqual(before);
			expect(await changedSinceShown(ports(), SUBJECT, shown)).toEqual([
				expect.objectContaining({
					before: expect.stringContaining('one short, warm email') as unknown,
					after: expect.stringContaining('one short, WARM email') as unknown,
				}),
			]);
		});

		test('goes on where it does the same: a node that was moved on the canvas', async () => {
			await save(warmer);
			const { shown, release } = await prepare();
			await save((text) => {
				const workflow = JSON.parse(warmer(text)) as Mutable<typeof spine>;
				workflow.nodes = workflow.nodes.map((node) => ({ ...node, position: [7, 7] }));
				return JSON.stringify(workflow);
			});
			expect((await again(shown)).release).toBe(release);
		});

		test('is held where only its settings changed, and where n8n keeps what was shown no longer', async () => {
			await save(warmer);
			const { shown } = await prepare();
			await host.save('spine', {
				...asSaved(warmer),
				settings: { ...asSaved().settings, timezone: 'Europe/Berlin' },
			});
			await expect(again(shown)).rejects.toMatchObject({ code: 'prepare-draft-changed' });
			const [, hash] = shown.split(' ');
			await expect(again(`gone ${hash}0`)).rejects.toMatchObject({
				code: 'prepare-draft-changed',
				message: expect.stringContaining('keeps the version that was shown no longer') as unknown,
			});
		});

		test('what names no shown version is refused, and names nothing by accident', async () => {
			await save(warmer);
			await expect(again('the draft I saw')).rejects.toMatchObject({ code: 'prepare-shown-unreadable' });
		});
	});

	test('what was said of an earlier release of the same kind is offered again, with who and when', async () => {
		await save(warmer);
		const first = await prepare(texts);
		await recordAnswer(
			fixture.ports,
			first.release,
			{
				check: 'architecture-aligned',
				status: 'pass',
				by: personOf('Eve Engineer', 'engineering'),
				grounds: 'Read it beside the page.',
			},
			'test',
		);
		const stored = await findRelease(fixture.ports, first.release);
		await fixture.ledger.records.write(
			[
				{
					kind: 'release',
					id: first.release,
					spine: SUBJECT,
					parent: null,
					body: JSON.parse(JSON.stringify({ ...stored?.body, stage: 'stable' })),
					expectedRevision: stored?.revision ?? 0,
				},
			],
			[],
		);
		await save((text) =>
			text.replace('You write one short, useful email', 'You write one short, calm email'),
		);
		const second = await prepare({ ...texts, title: 'Calmer opening line' });
		expect(second.release).not.toBe(first.release);
		expect(second.questions.find(({ check }) => check === 'architecture-aligned')?.earlier).toMatchObject({
			who: 'Eve Engineer',
			release: first.release,
		});
	});

	test('a node of the claim that was dropped is refuted by the audit, with the mend', async () => {
		await save((text) => {
			const workflow = JSON.parse(text) as Mutable<typeof spine>;
			const { main } = workflow.connections['Claim Delivery'] ?? {};
			const [, live] = workflow.connections['Route Deliveries']?.main ?? [];
			live?.splice(0, live.length, ...(main?.[1] ?? []));
			workflow.nodes = workflow.nodes.filter(({ name }) => name !== 'Claim Delivery');
			delete workflow.connections['Claim Delivery'];
			return JSON.stringify(workflow);
		});
		const prepared = await prepare(texts);
		expect(prepared.classification.riskClass).toBe('critical');
		const failed = prepared.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
		expect(failed).toContain('idempotency-preserved');
	});

	test('a changed sender address is critical', async () => {
		await save((text) => text.replace('Content <content@example.com>', 'News <news@example.com>'));
		expect((await prepare(texts)).classification.riskClass).toBe('critical');
	});

	test('a prompt that an own gateway reads is controlled, once the workflow tells the audit what the gateway is', async () => {
		const own = (text: string) => text.replaceAll('https://api.openai.com', 'https://llm.example.com');
		const block = JSON.stringify({
			hosts: [{ host: 'llm.example.com', role: 'generator', items: 'same', reason: 'Our own gateway.' }],
		});
		const told = (text: string): string => {
			const workflow = JSON.parse(own(text)) as Mutable<typeof spine>;
			workflow.nodes.push({
				name: 'Our gateway',
				type: 'n8n-nodes-base.stickyNote',
				typeVersion: 1,
				position: [0, 0],
				parameters: { content: `\`\`\`release-gate-audit\n${block}\n\`\`\`` },
			});
			return JSON.stringify(workflow);
		};
		await host.publish('spine', await save(told));
		await save((text) => warmer(told(text)));
		const prepared = await prepare(texts);
		expect(prepared.classification.riskClass).toBe('controlled');
		expect(prepared.checks.filter(({ status }) => status === 'fail')).toEqual([]);
	});

	test('a step that cannot be done says why, and the others are done', async () => {
		await save(warmer);
		const prepared = await prepareRelease(
			{ ...ports(), contacts: null },
			{ spine: SUBJECT, said: { ...said, ...texts }, owner: '' },
		);
		const failed = prepared.steps.filter(({ status }) => status === 'failed');
		expect(failed.map(({ step }) => step)).toEqual(
			[
				expect.stringContaining('HubSpot') as unknown,
				expect.stringContaining('Capture') as unknown,
				expect.stringContaining('copies') as unknown,
			].slice(0, failed.length),
		);
		expect(failed.length).toBeGreaterThan(0);
		expect(prepared.checks.find(({ id }) => id === 'schema-updated')?.status).toBe('unknown');
	});
});

describe('what cannot be prepared', () => {
	const refused = async (code: string, more: Partial<Said> = {}, owner?: string) =>
		await expect(prepare(more, owner)).rejects.toMatchObject({ code });

	test('a draft equal to what is published', async () => {
		await refused('prepare-nothing-changed');
	});
	test('a spine that nobody serves', async () => {
		await host.unpublish('spine');
		await refused('prepare-spine-unserved');
	});
	test('a spine that two workflows serve', async () => {
		host.seed('twin', asSaved());
		await save(warmer);
		await refused('prepare-spine-served-twice');
	});
	test('a spine of which a release is under way, unless it is a hotfix', async () => {
		await save(warmer);
		const { release } = await prepare(texts);
		const stored = await findRelease(fixture.ports, release);
		await fixture.ledger.records.write(
			[
				{
					kind: 'release',
					id: release,
					spine: SUBJECT,
					parent: null,
					body: JSON.parse(JSON.stringify({ ...stored?.body, stage: 'monitoring' })),
					expectedRevision: stored?.revision ?? 0,
				},
			],
			[],
		);
		await refused('prepare-release-under-way');
		const hotfix = await prepare({ ...texts, title: 'Mend it', kind: 'hotfix', purpose: 'restore-delivery' });
		expect(hotfix.release).not.toBe(release);
	});
	test('the workflow that was released is archived', async () => {
		const version = await save(warmer);
		const { release } = await prepare(texts);
		await recordReleased(
			fixture.ports,
			SUBJECT,
			{ release, workflow: 'spine', version, workflows: {}, at: fixture.clock.at, by: 'test' },
			null,
		);
		await host.unpublish('spine');
		host.archived.add('spine');
		await refused('prepare-workflow-archived');
	});
	test('two releases of one workflow that were begun at once: neither goes on until one is closed', async () => {
		await save(warmer);
		const both = await Promise.allSettled([
			prepare({ ...texts, title: 'Warmer' }, 'account 1'),
			prepare({ ...texts, title: 'Kinder' }, 'account 2'),
		]);
		const codes = both.flatMap((one) =>
			one.status === 'rejected' ? [(one.reason as { code: string }).code] : [],
		);
		expect(codes.length).toBeGreaterThan(0);
		expect(codes).toEqual(codes.map(() => 'prepare-release-open'));
		const open = await releasesOf(fixture.ports, SUBJECT);
		expect(open).toHaveLength(2);
		const mine = open.find(({ body }) => body.owner === 'account 1')?.id ?? '';
		const theirs = open.find(({ id }) => id !== mine)?.id ?? '';
		await promoteRelease(fixture.ports, theirs, 'closed', 'test');
		expect((await prepare({ ...texts, title: 'Warmer' }, 'account 1')).release).toBe(mine);
	});
	test('n8n takes no copy for the drill: the step says why, the others are done, and the gate holds', async () => {
		await save(warmer);
		const refusing = new Proxy(host, {
			get: (target, key) => {
				if (key === 'create')
					return () =>
						Promise.reject(
							gateError('n8n-refused', { what: 'create a workflow', status: 403, reason: 'Forbidden' }),
						);
				const value: unknown = Reflect.get(target, key);
				return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
			},
		});
		const { steps, checks } = await prepareRelease(
			{ ...ports(), workflows: refusing },
			{ spine: SUBJECT, said: { ...said, ...texts }, owner: '' },
		);
		const failed = steps.filter(({ status }) => status === 'failed');
		expect(failed.map(({ sentence }) => sentence)).toEqual([
			'n8n refused create a workflow (status 403): Forbidden. Check the scopes of the API key and the workflow, then run it again.',
		]);
		expect(checks.find(({ id }) => id === 'drill')?.status).toBe('unknown');
	});
	test('a form that was left open for a day: machines look again, and the same release goes on', async () => {
		await save(warmer);
		const first = await prepare(texts);
		const before = fixture.clock.at;
		fixture.clock.at += 25 * 3_600_000;
		const next = await prepareRelease(ports(), {
			spine: SUBJECT,
			said: { ...said, ...texts },
			owner: 'account 1',
			shown: first.shown,
		});
		expect([next.release, next.releaseHash]).toEqual([first.release, first.releaseHash]);
		const stale = next.checks.filter(({ reason }) => reason.includes('no longer counts'));
		expect(stale.map(({ id }) => id)).toEqual([]);
		const looked = next.checks.filter(
			({ status, evidence }) => status === 'pass' && evidence && 'machine' in evidence.by,
		);
		const old = looked.filter(({ evidence }) => (evidence?.at ?? 0) <= before);
		// A drill stands for as long as the policy says.
		expect(
			old.filter(
				({ evidence }) => !evidence || !('machine' in evidence.by) || evidence.by.machine !== 'drill',
			),
		).toEqual([]);
		expect(next.questions.map(({ check }) => check)).toEqual(first.questions.map(({ check }) => check));
	});
	test('somebody else’s release', async () => {
		await save(warmer);
		await prepare(texts);
		await refused('release-other-owner', { ...texts, failureMode: 'Otherwise.' }, 'account 2');
	});
	test('an unknown spine', async () => {
		await expect(prepareRelease(ports(), { spine: 'nobody', said, owner: '' })).rejects.toMatchObject({
			code: 'ledger-spine-unknown',
		});
	});
});
