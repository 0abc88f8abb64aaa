import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { INodeProperties, INodeType } from 'n8n-workflow';
import type { Page } from 'playwright-core';
import { type Editor, openEditor, type Scheme } from '../../testbed/browser/browser';
import { closePanel, openCanvas, openPanel } from '../../testbed/browser/canvas';
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

async function photographAll(editor: Editor, scheme: Scheme, panels: readonly Panel[]): Promise<void> {
	const page: Page = await openCanvas(editor, 'panels');
	for (const { name } of panels) {
		await openPanel(page, name);
		await page.screenshot({ path: join(folder, `${name.replaceAll(' ', '-')}-${scheme}.png`) });
		await closePanel(page);
	}
	await page.close();
}

/** Takes a picture of each operation's panel in a real editor, as it is when dragged; `dark` as argument for the other colours. */
async function main(): Promise<void> {
	buildIfStale();
	const scheme: Scheme = process.argv[2] === 'dark' ? 'dark' : 'light';
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const { n8n } = load('./package.json') as { readonly n8n: { readonly nodes: readonly string[] } };
	const panels = n8n.nodes.flatMap(panelsOf);
	const world = await startWorld({ sandbox: 'screenshots', contacts: 10, hubspotLimits: 'none' });
	try {
		await saveWorkflow(world.n8n.session, {
			id: 'panels',
			name: 'Panels',
			nodes: panels.map((panel, at) => ({
				...panel,
				id: `panel-${at}`,
				position: [(at % 10) * 260, Math.floor(at / 10) * 260],
			})),
			connections: {},
			settings: {},
		});
		const editor = await openEditor(world.n8n.url, scheme, 1500, 1000);
		try {
			await photographAll(editor, scheme, panels);
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
