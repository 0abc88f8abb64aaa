import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { applySetup } from '../../../app/setup/apply';
import type { Answers } from '../../../app/setup/answers';
import { planSetup } from '../../../app/setup/plan';
import type { Installed, SetupStore } from '../../../app/setup/ports';
import { applyUpgrade, planUpgrade } from '../../../app/upgrade';
import { readTemplates } from '../../../cli/setup/package-files';
import { setupStore } from '../../../cli/setup/store';
import type { SetupNode, Template } from '../../../core/setup/types';
import { setupAnswers, slots, templates as both } from '../../../testbed/setup/answers';
import { PlayedN8n } from '../../../testbed/setup/played-n8n';

const now = Date.parse('2026-11-30T12:00:00Z');
const templates = both.filter(({ set }) => set === 'delivery');
const answers: Answers = { ...setupAnswers(now), sets: ['delivery'], templates };

let folder: string;
let store: SetupStore;
let n8n: PlayedN8n;
let installed: Installed;
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'release-gate-upgrade-'));
	store = setupStore(folder, 'n8n.example.com');
	n8n = new PlayedN8n(slots, (nodes) => ({ [nodes.at(-1)?.name ?? '']: { done: true } }));
	const ports = {
		n8n,
		store,
		contacts: null,
		now: () => now,
		wait: async () => undefined,
		secret: () => 'a'.repeat(30),
		say: () => undefined,
	};
	await applySetup(ports, answers, await planSetup(ports, answers));
	installed = (await store.load()) as Installed;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const idOf = (template: string): string => installed.workflows[template]?.id ?? '';
const held = (template: string) => {
	const found = n8n.held.workflows.get(idOf(template));
	if (!found) throw new Error(template);
	return found;
};
const edit = async (template: string, change: (node: SetupNode) => SetupNode): Promise<void> => {
	const { name, nodes, connections, settings } = held(template);
	await n8n.save(idOf(template), { name, nodes: nodes.map(change), connections, settings });
};
const newVersion = (id: string, change: (node: SetupNode) => SetupNode): readonly Template[] =>
	templates.map((one) =>
		one.id === id ? { ...one, workflow: { ...one.workflow, nodes: one.workflow.nodes.map(change) } } : one,
	);
const on =
	(name: string, parameters: object) =>
	(node: SetupNode): SetupNode =>
		node.name === name ? { ...node, parameters: { ...node.parameters, ...parameters } } : node;

const upgrade = async (next: readonly Template[]) => {
	const steps = await planUpgrade({ n8n, store }, installed, next, slots);
	await applyUpgrade({ n8n, store }, installed, steps, '0.2.0');
	return Object.fromEntries(steps.map((step) => [step.template, step]));
};

it('has nothing to do where nothing changed, and touches nothing', async () => {
	const before = n8n.made;
	const steps = await planUpgrade({ n8n, store }, installed, templates, slots);
	expect(new Set(steps.map(({ state }) => state))).toEqual(new Set(['same']));
	// A draft and a workflow read of each, and no save.
	expect(n8n.made - before).toBe(2 * templates.length);
});

it('brings a new version into a changed workflow, with what was chosen and what you changed', async () => {
	await edit('reconcile', on('Sweep Spine', { mine: 'kept' }));
	const steps = await upgrade(newVersion('reconcile', on('Flush Outbox', { limit: 500 })));
	expect(steps.reconcile).toMatchObject({ state: 'merge', conflicts: [], spine: false });
	const { nodes, published } = held('reconcile');
	expect(nodes.find(({ name }) => name === 'Flush Outbox')?.parameters.limit).toBe(500);
	expect(nodes.find(({ name }) => name === 'Sweep Spine')?.parameters.mine).toBe('kept');
	expect(nodes.find(({ name }) => name === 'Ask Postmark')?.credentials?.postmarkApi).toBeDefined();
	// Its draft was another than what ran: somebody is at work on it, so publishing is theirs.
	expect(published?.nodes.find(({ name }) => name === 'Flush Outbox')?.parameters.limit).toBe(10000);
	// A set-up leaves it alone from now on.
	expect((await store.load())?.workflows.reconcile?.versionId).toBe('yours');
});

it('publishes what was in service as it stood, and never a spine', async () => {
	await n8n.publish(idOf('content-delivery-spine'));
	const both = newVersion('reconcile', on('Flush Outbox', { limit: 500 })).map((one) =>
		one.id === 'content-delivery-spine'
			? {
					...one,
					workflow: {
						...one.workflow,
						nodes: one.workflow.nodes.map(on('Route Deliveries', { note: 'new' })),
					},
				}
			: one,
	);
	const steps = await upgrade(both);
	expect(steps.reconcile?.publish).toBe(true);
	expect(
		held('reconcile').published?.nodes.find(({ name }) => name === 'Flush Outbox')?.parameters.limit,
	).toBe(500);
	expect(steps['content-delivery-spine']).toMatchObject({ state: 'merge', spine: true, publish: false });
	const spine = held('content-delivery-spine');
	expect(spine.nodes.find(({ name }) => name === 'Route Deliveries')?.parameters.note).toBe('new');
	expect(
		spine.published?.nodes.find(({ name }) => name === 'Route Deliveries')?.parameters.note,
	).toBeUndefined();
});

it('lists what both changed, publishes nothing of it, and merges only the rest', async () => {
	await edit('reconcile', on('Flush Outbox', { limit: 77 }));
	const steps = await upgrade(newVersion('reconcile', on('Flush Outbox', { limit: 500 })));
	expect(steps.reconcile?.conflicts.map(({ node, what }) => [node, what])).toEqual([
		['Flush Outbox', 'parameters.limit'],
	]);
	expect(held('reconcile').nodes.find(({ name }) => name === 'Flush Outbox')?.parameters.limit).toBe(77);
});

it('leaves a workflow that the merge would make unsafe', async () => {
	const steps = await upgrade(
		newVersion('content-delivery-spine', (node) =>
			node.name === 'Send Email' ? { ...node, retryOnFail: true, maxTries: 3 } : node,
		),
	);
	expect(steps['content-delivery-spine']?.state).toBe('unsafe');
	expect(
		held('content-delivery-spine').nodes.find(({ name }) => name === 'Send Email')?.retryOnFail,
	).toBeUndefined();
});

it('leaves what nobody kept, and says so', async () => {
	rmSync(join(store.place, 'shipped', 'reconcile.json'));
	const steps = await upgrade(newVersion('reconcile', on('Flush Outbox', { limit: 500 })));
	expect(steps.reconcile?.state).toBe('unknown');
});

it('starts the next upgrade from what shipped last', async () => {
	await edit('reconcile', on('Sweep Spine', { mine: 'kept' }));
	const first = newVersion('reconcile', on('Flush Outbox', { limit: 500 }));
	await upgrade(first);
	installed = (await store.load()) as Installed;
	const again = await planUpgrade({ n8n, store }, installed, first, slots);
	expect(again.find(({ template }) => template === 'reconcile')?.state).toBe('same');
});

it('leaves a workflow that would call what is not installed yet, and names it', async () => {
	const call = {
		type: 'n8n-nodes-base.executeWorkflow',
		typeVersion: 1.2,
		position: [0, 0] as [number, number],
	};
	const calling = (value: string) =>
		templates.map((one) =>
			one.id === 'reconcile'
				? {
						...one,
						workflow: {
							...one.workflow,
							nodes: [
								...one.workflow.nodes,
								{ ...call, name: 'Run It', parameters: { workflowId: { __rl: true, mode: 'id', value } } },
							],
						},
					}
				: one,
		);
	const other = readTemplates().find(({ id }) => id === 'gate-readings');
	const steps = await upgrade([...calling('gate-readings'), ...(other ? [other] : [])]);
	expect(steps.reconcile).toMatchObject({ state: 'lacks', lacks: ['Gate readings'], publish: false });
	expect(held('reconcile').nodes.some(({ name }) => name === 'Run It')).toBe(false);
	const there = await upgrade(calling('dry-run'));
	expect(there.reconcile).toMatchObject({ state: 'merge', lacks: [] });
});
