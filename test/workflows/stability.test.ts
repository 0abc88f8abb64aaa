import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { nextSlot, parseCadence, slotByIndex, type Slot } from '../../core/delivery/cadence';
import { artifactHashes } from '../../core/release/manifest';
import type { Instant } from '../../core/delivery/types';
import { workflowHash, parseWorkflow } from '../../core/audit';
import { sandboxServerToken } from '../../testbed/standins';
import { manifestFor, preset } from '../support/release';
import type { RunOptions } from '../../testbed/engine/n8n';
import { readTemplate } from './template';
import { createSpineFixture, SPINE, type SpineFixture } from './fixture';

const OURS = 'n8n-nodes-release-gate.stabilizationCheck';

let fixture: SpineFixture;

beforeEach(async () => {
	fixture = await createSpineFixture(12);
	await fixture.configure();
});

afterEach(async () => await fixture.close());

/** A release of the spine that is under watch since an instant. */
async function ship(shippedAt: Instant = Date.now() - 60_000, id = 'r-1'): Promise<void> {
	const workflow = workflowHash(parseWorkflow(readTemplate('content-delivery-spine.json'), 'spine'));
	const base = manifestFor(preset('quiet-content-delivery'));
	const manifest = {
		...base,
		id,
		title: '<img src=x onerror=alert(1)>',
		artifacts: { ...base.artifacts, workflow },
	};
	const history = [{ stage: 'monitoring', at: shippedAt, by: '</script><b>' }];
	const body = {
		manifest,
		stage: 'monitoring',
		openedBy: 'x',
		history,
		observed: {},
		decision: null,
		shippedAt,
		documentedAt: null,
	};
	await fixture.ledger.records.write(
		[
			{
				kind: 'release',
				id,
				spine: SPINE,
				parent: null,
				body: JSON.parse(JSON.stringify(body)),
				expectedRevision: 0,
			},
		],
		[],
	);
	expect(artifactHashes(manifest).workflow).toBe(workflow);
}

const runSpine = async () =>
	await fixture.runTemplate('content-delivery-spine.json', { startNode: 'Check Every 15 Minutes' });

/** The monitor as imported, with its addresses set; what it calls outside this harness is cut off. */
async function monitor(more: RunOptions = {}) {
	return await fixture.runTemplate('stabilization-monitor.json', {
		...more,
		config: { messagesUrl: `${fixture.standIns.postmark.url}/messages/outbound` },
		nodeOverrides: {
			'Roll Back Release': { type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
		},
	});
}

/** Sends past the ledger, as a workflow does whose claim was dropped. */
async function sendUnclaimed(key: string): Promise<void> {
	const answer = await fetch(`${fixture.standIns.postmark.url}/email`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'x-postmark-server-token': sandboxServerToken },
		body: JSON.stringify({
			From: 'content@example.com',
			To: 'someone@example.com',
			Subject: 'x',
			TextBody: 'x',
			Metadata: { delivery_key: key },
		}),
	});
	expect(answer.status).toBe(200);
}

describe('stabilization-monitor.json', () => {
	it('says nothing while it watches a quiet release', async () => {
		await ship();
		await runSpine();
		const run = await monitor();
		expect(run.error).toBeUndefined();
		const [look] = run.json('Assess Release', 0);
		expect(look).toMatchObject({ verdict: 'watching', release: 'r-1', rollBack: false });
		const figures = look?.figures as { provider: object; sources: { readable: boolean }[] };
		expect(figures.sources.filter(({ readable }) => !readable)).toEqual([]);
		expect(figures.provider).toMatchObject({ duplicates: 0, unclaimed: 0 });
		expect((figures.provider as { messages: number }).messages).toBeGreaterThan(3);
		expect(run.runData).not.toHaveProperty('Alert: Rolled Back');
	});

	it('sends a release back that mails without a claim: once, though two monitors run', async () => {
		await ship();
		await runSpine();
		const [slot] = await fixture.ledger.deliveries.statistics({
			spine: SPINE,
			space: 'live',
			from: 0,
			to: Date.now() + 1,
		});
		await sendUnclaimed(`${SPINE}:999:${slot?.slot}`);
		const runs = await Promise.all([monitor(), monitor()]);
		const ordered = runs.flatMap((run) => run.json('Assess Release', 2));
		expect(ordered).toHaveLength(1);
		expect(ordered[0]).toMatchObject({ release: 'r-1', channels: ['internal'] });
		expect(ordered[0]?.sentence).toContain('1 email left without a claim');
		expect(runs.filter((run) => run.items('Roll Back Release').length > 0)).toHaveLength(1);
		expect((await monitor()).json('Assess Release', 2)).toEqual([]);
	});

	it('tells the team once that the spine was silent for a whole slot, though nothing of it ran', async () => {
		const now = Date.now();
		const at = jest.spyOn(Date, 'now').mockReturnValue(now - 4 * 86_400_000);
		let slot: Slot;
		try {
			await fixture.configure({ leaseMs: 61_000 });
			// The spine was made four days later, by the clock of this test.
			await fixture.ledger.spines.mendClock(SPINE, 'test');
			const parsed = parseCadence((await fixture.ledger.spines.get(SPINE))!.settings.cadence);
			slot = nextSlot(parsed, Date.now());
			at.mockReturnValue(slot.opensAt + 1000);
			const ref = { spine: SPINE, space: 'live', slot: slot.id, recipient: '1' } as const;
			const { opensAt, closesAt, index: cadenceIndex } = slot;
			await fixture.ledger.deliveries.register([
				{ ref, opensAt, closesAt, cadenceIndex, input: { id: '1' } },
			]);
			at.mockReturnValue(slot.closesAt + 60_000);
			const first = await monitor();
			expect(first.error).toBeUndefined();
			const [{ silence } = { silence: null }] = first.json('Assess Release', 0);
			expect(silence).toMatchObject({ slot: slot.id, due: 1, stoppedAt: 'nothing-claimed' });
			expect(first.items('Alert: Silent')).toHaveLength(1);
			expect(fixture.slack.messages('general')).toHaveLength(1);
			expect((await monitor()).runData).not.toHaveProperty('Alert: Silent');
		} finally {
			at.mockRestore();
		}
	});

	it('keeps watching when Postmark cannot be asked', async () => {
		await ship();
		await runSpine();
		fixture.standIns.postmark.admin.clearReceived();
		const run = await fixture.runTemplate('stabilization-monitor.json', {
			nodeOverrides: {
				'Ask Postmark What It Sent': { parameters: { url: 'http://127.0.0.1:9/messages' } },
				'Roll Back Release': { type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
			},
		});
		const [look] = run.json('Assess Release', 0);
		expect(look?.verdict).toBe('watching');
		expect(JSON.stringify(look?.figures)).toContain('error of an earlier node');
	});
});

describe('service-levels.json', () => {
	it.each([
		['the channel is gone', () => fixture.slack.removeChannel('general')],
		['Slack has an outage', () => fixture.slack.fault('outage', { times: Infinity })],
	])('fails where %s: nobody would know otherwise', async (_what, make) => {
		make();
		const run = await fixture.runTemplate('service-levels.json', {
			nodeOverrides: {
				'Ask Postmark What It Sent': { type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
			},
		});
		expect(run.error?.message).toContain('The alert reached nobody');
	});

	it('writes every level with its budget', async () => {
		await runSpine();
		const run = await fixture.runTemplate('service-levels.json', {
			nodeOverrides: {
				'Ask Postmark What It Sent': { type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
			},
		});
		expect(run.error).toBeUndefined();
		const text = run.json('Write Summary')[0]?.text;
		expect(fixture.slack.messages('general').map((message) => message.text)).toEqual([text]);
		for (const { objective } of preset('quiet-content-delivery').serviceLevels)
			expect(text).toContain(objective);
	});
});

describe('release-report.json', () => {
	const request = { json: { query: { release: 'r-1' }, headers: {}, body: {} } };
	const report = async () =>
		await fixture.runTemplate('release-report.json', {
			triggerItems: [request],
			nodeOverrides: {
				'Receive Request': { type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
				'Show Report': { type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
				'Show What Is Wrong': { type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
			},
		});

	it('answers with one page that asks for nothing and escapes everything', async () => {
		await ship();
		await runSpine();
		await monitor();
		const run = await report();
		expect(run.error).toBeUndefined();
		const [item] = run.items('Write Report', 0);
		expect(item?.binary?.report).toMatchObject({ mimeType: 'text/html', fileName: 'r-1.html' });
		const html = Buffer.from(item?.binary?.report?.data ?? '', 'base64').toString('utf8');
		expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
		expect(html).not.toContain('<img');
		expect(html).not.toMatch(/<script|javascript:|@import|url\(|<link|<iframe/i);
		expect(html.match(/(?:src|href)="(?!#)[^"]*"/g) ?? []).toEqual([]);
		expect(html.match(/https?:\/\/(?!www\.w3\.org\/)[^\s"<]+/g) ?? []).toEqual([]);
		expect(html.match(/<svg/g)).toHaveLength(1);
		expect(html).toContain('Eligible cycles that end in a sent email');
		// The first time jest turns echarts into CommonJS.
	}, 180_000);

	it('says so when there is no such release', async () => {
		const run = await report();
		expect(run.items('Write Report', 1)).toHaveLength(1);
	});
});

describe('dry-run.json', () => {
	/** The rehearsals themselves are run beforehand: this harness has no sub-workflows. */
	const dryRun = async (
		counts: { first: number; second: number },
		workflow: object = readTemplate('content-delivery-spine.json'),
	) => {
		const stub = (count: number) => ({
			type: 'n8n-nodes-base.code',
			typeVersion: 2,
			parameters: {
				mode: 'runOnceForAllItems',
				jsCode: `return Array.from({ length: ${count} }, () => ({ json: { delivery: 'x', to: 'y' } }));`,
			} as never,
		});
		return await fixture.runTemplate('dry-run.json', {
			startNode: 'Start by Hand',
			nodeOverrides: {
				'Start First Rehearsal': stub(counts.first),
				'Start Second Rehearsal': stub(counts.second),
				'Ask n8n for the Workflow': {
					type: 'n8n-nodes-base.code',
					typeVersion: 2,
					// Not a Set node: it evaluates what looks like an expression in its text.
					parameters: {
						mode: 'runOnceForAllItems',
						jsCode: `return [{ json: ${JSON.stringify(workflow)} }];`,
					},
				},
			},
		});
	};

	it('rehearses, forces both failures, and lacks only the drill', async () => {
		await fixture.configure({ mode: 'dry-run', dryRun: 'before-r-1' });
		const rehearsed = await runSpine();
		const first = rehearsed.json('List What Would Be Sent').length;
		await runSpine();
		const run = await dryRun({ first, second: 0 }, rehearsed.ran);
		expect(run.error).toBeUndefined();
		const [answer] = run.json('Assess Dry Run', 0);
		const findings = answer?.findings as { id: string; effect: string; sentence: string }[];
		expect(findings.filter(({ effect }) => effect !== 'fine').map(({ id }) => id)).toEqual(['drill']);
	});

	it('ends red when it rehearsed nothing, and when another version was rehearsed (ux 7)', async () => {
		await fixture.configure({ mode: 'dry-run', dryRun: 'before-r-2' });
		expect((await dryRun({ first: 0, second: 0 })).error?.message).toContain('Nothing was rehearsed');
		await fixture.configure({ mode: 'dry-run', dryRun: 'before-r-3' });
		const { ran } = await runSpine();
		const nodes = ran.nodes.map((node) =>
			node.name === 'Send Email' ? { ...node, retryOnFail: true } : node,
		);
		const other = await dryRun({ first: 1, second: 0 }, { ...ran, nodes });
		expect(other.error?.message).toContain('node Send Email differs');
	});

	it('rehearses a live spine as a shadow, on what the last slot had frozen', async () => {
		const anchor = new Date(Date.now() - 90 * 60_000).toISOString().slice(0, 16);
		const cadence = { every: 'PT1H', anchor, timeZone: 'UTC' };
		await fixture.configure({ cadence, dryRun: 'shadow-1' });
		const { id: slot, opensAt, closesAt, index: cadenceIndex } = slotByIndex(parseCadence(cadence), 0);
		const properties = { email: 'frozen@example.com', cc_profile_topic: 't', cc_profile_audience: 'a' };
		await fixture.ledger.deliveries.register([
			{
				ref: { spine: SPINE, space: 'live', slot, recipient: '7' },
				opensAt,
				closesAt,
				cadenceIndex,
				input: { id: '7', properties },
			},
		]);
		const asked = fixture.standIns.hubspot.admin.calls().length;
		const run = await fixture.runTemplate('content-delivery-spine.json', {
			startNode: 'When Called by Another Workflow',
			triggerItems: [{ json: { shadow: true } }],
		});
		expect(run.error).toBeUndefined();
		expect(run.json('List What Would Be Sent')).toEqual([
			expect.objectContaining({ to: expect.stringMatching(/^reader-\d{5}@example\.com$/) }),
		]);
		expect(run.runData).not.toHaveProperty('Claim Delivery');
		expect(fixture.standIns.postmark.admin.received()).toEqual([]);
		expect(fixture.standIns.hubspot.admin.calls()).toHaveLength(asked);
	});

	it('ends before it begins where something live could be touched', async () => {
		const run = await dryRun({ first: 1, second: 0 });
		expect(run.error?.message).toContain('something live could be touched');
		expect(run.items('Is It Unsafe to Rehearse?', 0)).toHaveLength(1);
		expect(run.runData).not.toHaveProperty('Start First Rehearsal');
	});
});

describe('assessing a dry run', () => {
	const template = () => readTemplate('content-delivery-spine.json');
	const assess = async (parameters: object, workflow: object = template()) =>
		await fixture.run(
			{
				nodes: [
					{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} },
					{
						name: 'Assess',
						type: OURS,
						parameters: {
							operation: 'dryRun',
							spine: SPINE,
							release: 'r-1',
							workflowField: 'workflow',
							...parameters,
						},
					},
				],
				connections: { Start: { main: [[{ node: 'Assess', type: 'main', index: 0 }]] } },
			},
			{ triggerItems: [{ workflow: workflow as never }] },
		);

	it('finds what the rehearsals of the real spine proved, and what nobody proved yet', async () => {
		await fixture.configure({ mode: 'dry-run', dryRun: 'before-r-1' });
		await ship();
		const first = await runSpine();
		const second = await runSpine();
		const firstRun = first.json('List What Would Be Sent').length;
		expect(firstRun).toBeGreaterThan(3);
		const secondRun = (second.runData['List What Would Be Sent'] ?? []).length;
		const run = await assess({ firstRun, secondRun }, first.ran);
		expect(run.error).toBeUndefined();
		const [answer] = run.json('Assess', 0);
		const effects = Object.fromEntries(
			(answer?.findings as { id: string; effect: string }[]).map(({ id, effect }) => [id, effect]),
		);
		expect(effects).toEqual({
			'each-once': 'fine',
			version: 'fine',
			'second-run': 'fine',
			'no-early-commit': 'fine',
			'in-rhythm': 'fine',
			'failures-fail': 'keeps-watching',
			drill: 'keeps-watching',
		});
		const evidence = answer?.evidence as { check: string; status: string }[];
		expect(evidence.find(({ check }) => check === 'dry-run')?.status).toBe('unknown');
		expect(fixture.standIns.postmark.admin.received()).toEqual([]);
	});

	it('fails when the second run would have sent again', async () => {
		await fixture.configure({ mode: 'dry-run', dryRun: 'before-r-1' });
		await ship();
		await runSpine();
		const run = await assess({ firstRun: 3, secondRun: 2 });
		expect(run.json('Assess', 2)[0]).toMatchObject({ status: 'fail' });
	});

	it('is an error with a remedy when nothing was rehearsed', async () => {
		await ship();
		const run = await assess({ run: 'nobody' });
		expect(run.error?.message).toContain("no deliveries in the dry run 'nobody'");
	});
});
