import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { INodeProperties, INodeType } from 'n8n-workflow';
import type { Page } from 'playwright-core';
import { type Editor, openEditor, type Scheme } from '../../testbed/browser/browser';
import { closePanel, executeStep, openCanvas, openPanel } from '../../testbed/browser/canvas';
import { buildIfStale } from '../../testbed/build';
import { packageRoot } from '../../testbed/n8n/paths';
import { saveWorkflow } from '../../testbed/n8n/workflows';
import { describeProblem } from '../../testbed/problem';
import { startWorld } from '../../testbed/world';

/** Where the pictures go; nobody commits them: they are looked at. */
const folder = join(packageRoot, '.cache', 'panels');

const load = createRequire(join(packageRoot, 'package.json'));

/** One panel: a node with one of its operations chosen, and nothing else filled in. */
interface Panel {
	readonly name: string;
	readonly type: string;
	readonly typeVersion: number;
	readonly parameters: Readonly<Record<string, string>>;
}

/** What starts by itself: nothing leads to it. */
const TRIGGER = /Trigger$/;

const newest = (version: number | number[]): number => [version].flat().sort((a, b) => b - a)[0] ?? 1;

const valuesOf = (properties: readonly INodeProperties[], name: string): readonly string[] =>
	properties
		.filter((one) => one.name === name && one.type === 'options')
		.flatMap(({ options = [] }) => options.flatMap((one) => ('value' in one ? [String(one.value)] : [])));

/** A panel for each operation of one node, by what its built file says. */
function panelsOf(file: string): readonly Panel[] {
	const [type] = /[^/]+(?=\.node\.js$)/.exec(file) ?? [''];
	const module = load(join(packageRoot, file)) as Readonly<Record<string, new () => INodeType>>;
	const node = module[type];
	if (node === undefined) throw new Error(`${file} holds no ${type}.`);
	const { description } = new node();
	const { displayName, name, properties } = description;
	const panel = (label: string, parameters: Panel['parameters']): Panel => ({
		name: label === '' ? displayName : `${displayName} ${label}`,
		type: `n8n-nodes-release-gate.${name}`,
		typeVersion: newest(description.version),
		parameters,
	});
	const resources = valuesOf(properties, 'resource');
	const ofResource = (resource: string) =>
		properties.filter(({ displayOptions }) =>
			[undefined, resource].includes(displayOptions?.show?.resource?.[0] as string | undefined),
		);
	const operations = (resource: string) =>
		valuesOf(resource === '' ? properties : ofResource(resource), 'operation');
	if (resources.length > 0)
		return resources.flatMap((resource) =>
			operations(resource).map((operation) => panel(`${resource} ${operation}`, { resource, operation })),
		);
	const alone = operations('');
	return alone.length === 0 ? [panel('', {})] : alone.map((operation) => panel(operation, { operation }));
}

/** What feeds every node: a run gives it one empty item. */
const START = 'Start';

/** What is looked at: panels as they are when dragged, or after the node was run with nothing filled in. */
interface Look {
	readonly scheme: Scheme;
	readonly run: boolean;
}

async function photographAll(editor: Editor, { scheme, run }: Look, panels: readonly Panel[]): Promise<void> {
	const page: Page = await openCanvas(editor, 'panels');
	for (const { name, type } of panels) {
		await openPanel(page, name);
		const ran = run && !TRIGGER.test(type);
		if (ran) await executeStep(page);
		const after = ran ? '-after-a-run' : '';
		await page.screenshot({ path: join(folder, `${name.replaceAll(' ', '-')}${after}-${scheme}.png`) });
		await closePanel(page);
	}
	await page.close();
}

/**
 * Takes a picture of each operation's panel in a real editor, as it is when dragged. Arguments: `dark` for the other
 * colours, `run` for the panel after a run with nothing filled in, `only=WORD` for those whose name has the word.
 */
async function main(): Promise<void> {
	buildIfStale();
	const asked = process.argv.slice(2);
	const scheme: Scheme = asked.includes('dark') ? 'dark' : 'light';
	const only = asked.find((one) => one.startsWith('only='))?.slice('only='.length) ?? '';
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const { n8n } = load('./package.json') as { readonly n8n: { readonly nodes: readonly string[] } };
	const panels = n8n.nodes.flatMap(panelsOf).filter(({ name }) => name.includes(only));
	const world = await startWorld({ sandbox: 'screenshots', contacts: 10, hubspotLimits: 'none' });
	try {
		await saveWorkflow(world.n8n.session, {
			id: 'panels',
			name: 'Panels',
			nodes: [
				{
					id: 'start',
					name: START,
					type: 'n8n-nodes-base.manualTrigger',
					typeVersion: 1,
					position: [-300, 0],
					parameters: {},
				},
				...panels.map((panel, at) => ({
					...panel,
					id: `panel-${at}`,
					position: [(at % 10) * 260, Math.floor(at / 10) * 260] as [number, number],
				})),
			],
			connections: {
				[START]: {
					main: [
						panels
							.filter(({ type }) => !TRIGGER.test(type))
							.map(({ name }) => ({ node: name, type: 'main', index: 0 })),
					],
				},
			},
			settings: {},
		});
		const editor = await openEditor(world.n8n.url, scheme, 1500, 1000);
		try {
			await photographAll(editor, { scheme, run: asked.includes('run') }, panels);
		} finally {
			await editor.close();
		}
		console.log(`${panels.length} panels in ${folder}`);
	} finally {
		await world.close();
	}
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

main().catch((problem: unknown) => {
	console.error(describeProblem(problem));
	process.exit(1);
});
