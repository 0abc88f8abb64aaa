import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { buildIfStale } from '../../testbed/build';
import { LedgerReader } from '../../testbed/ledger-reader';
import { judgeCounts, judgeMarks, judgeOneEach, judgeTold } from '../../testbed/judge';
import { Outside } from '../../scenarios/tour/outside';
import { run, until } from '../../scenarios/tour/stage';
import { publishWorkflow, saveWorkflow, unpublishWorkflow } from '../../testbed/n8n/workflows';
import { isSandboxInstalled } from '../../testbed/n8n/paths';
import { operate, sandboxSpine, saveOperations } from '../../testbed/operate';
import { startWorld, type World } from '../../testbed/world';

const wanted = process.env.RG_E2E === '1';
if (!wanted || !isSandboxInstalled())
	console.warn(
		`SKIPPED: the spine in a real n8n. ${
			wanted ? 'Install it: node scripts/ensure.mjs --n8n' : 'Set RG_E2E=1 to run it.'
		}`,
	);

const minutes = 60_000;
const toleranceMs = 2_000;

(wanted && isSandboxInstalled() ? describe : describe.skip)('the spine in a real n8n', () => {
	let world: World;
	const started: World[] = [];
	let outside: Outside;

	beforeAll(async () => {
		buildIfStale();
		world = await startWorld({ sandbox: 'e2e', contacts: 50, hubspotLimits: 'real', reportsAfterMs: 50 });
		started.push(world);
		outside = new Outside(world.standIns, Date.now() + 1);
		const anchor = DateTime.utc().startOf('day').toFormat("yyyy-MM-dd'T'HH:mm");
		await saveOperations(world.n8n, { every: 'P2D', anchor, mode: 'live' });
		await operate(world.n8n, 'configure');
	}, 6 * minutes);

	afterAll(async () => {
		for (const one of started) await one.close();
	}, 2 * minutes);

	it(
		'sends nothing while paused, then one email to each eligible contact, and nothing again',
		async () => {
			await operate(world.n8n, 'pause');
			await run(world, 'content-delivery-spine');
			expect(outside.mail()).toEqual([]);
			await operate(world.n8n, 'resume');
			await run(world, 'content-delivery-spine');
			const eligible = world.standIns.story?.eligible ?? [];
			expect(eligible.length).toBeGreaterThan(20);
			expect(judgeOneEach(outside.mail(), eligible)).toEqual([]);
			await run(world, 'content-delivery-spine');
			expect(outside.mail()).toHaveLength(eligible.length);
		},
		4 * minutes,
	);

	it(
		'records what Postmark reports of each email',
		async () => {
			const eligible = world.standIns.story?.eligible ?? [];
			const reader = new LedgerReader(world.ledgerFile, sandboxSpine);
			const delivered = async () => {
				const committed = await reader.deliveries(['committed']);
				return committed.filter(({ outcome }) => outcome === 'delivered').length;
			};
			expect(await until(async () => (await delivered()) === eligible.length, minutes)).toBe(true);
			expect(world.standIns.postmark.admin.received().every(({ status }) => status === 'Delivered')).toBe(
				true,
			);
		},
		2 * minutes,
	);

	it(
		'tells the team of a run that stops, through the error workflow',
		async () => {
			const before = world.mailbox.alerts.length;
			const template = world.templates.find(({ id }) => id === 'content-delivery-spine');
			if (!template) throw new Error('no spine');
			const rule = { interval: [{ field: 'seconds', secondsInterval: 5 }] };
			const nodes = template.nodes.map((node) =>
				node.type === 'n8n-nodes-base.scheduleTrigger' ? { ...node, parameters: { rule } } : node,
			);
			const strayed = JSON.stringify(nodes).replaceAll(`"${sandboxSpine}"`, '"no-such-spine"');
			await saveWorkflow(world.n8n.session, { ...template, nodes: JSON.parse(strayed) as typeof nodes });
			await publishWorkflow(world.n8n.session, 'content-delivery-spine');
			const alerted = await until(() => Promise.resolve(world.mailbox.alerts.length > before), minutes);
			await unpublishWorkflow(world.n8n.session, 'content-delivery-spine');
			await saveWorkflow(world.n8n.session, template);
			expect(alerted).toBe(true);
			expect(world.mailbox.alerts.at(-1)).toContain('Content delivery spine');
		},
		3 * minutes,
	);

	it('tells HubSpot of each email after it was accepted, and of nothing else', () => {
		expect(judgeMarks(outside.mail(), outside.marks(), toleranceMs)).toEqual([]);
		expect(judgeTold(outside.mail(), outside.marks(), toleranceMs)).toEqual([]);
		expect(judgeCounts(outside.mail(), outside.rises())).toEqual([]);
		const eligible = new Set(world.standIns.story?.eligible);
		expect(outside.touched().filter((contact) => !eligible.has(contact))).toEqual([]);
	});

	it(
		'keeps the chain whole over a kill',
		async () => {
			await world.n8n.kill();
			await world.n8n.start();
			const verdict = await new LedgerReader(world.ledgerFile, sandboxSpine).verify();
			expect(verdict.status).toBe('intact');
		},
		2 * minutes,
	);
});
