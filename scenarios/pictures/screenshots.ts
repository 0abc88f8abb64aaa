import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DateTime, Duration } from 'luxon';
import { buildIfStale } from '../../testbed/build';
import { slotOf } from '../../testbed/judge';
import { untilSlot } from '../tour/stage';
import { packageRoot } from '../../testbed/n8n/paths';
import { operate, saveOperations } from '../../testbed/operate';
import { describeProblem } from '../../testbed/problem';
import { openEditor, type Editor, type Scheme } from '../../testbed/browser/browser';
import { closePanel, openCanvas, openPanel, runOnCanvas } from '../../testbed/browser/canvas';
import { startWorld, type World } from '../../testbed/world';

const folder = join(packageRoot, 'docs', 'images');

/** Our nodes whose panels are shown, by type. */
const panels = ['dueDeliveries', 'releaseGate', 'idempotencyCheck', 'deliveryCommit'];

const spineTemplate = 'content-delivery-spine';

const runTimeoutMs = 180_000;

/** Length of a slot; short, so that a second run soon has something to deliver. */
const slotMs = 60_000;

/** Takes the pictures of the documentation from a running n8n; of the templates named on the command line alone, if any are. */
async function main(): Promise<void> {
	const named = process.argv.slice(2);
	buildIfStale();
	mkdirSync(folder, { recursive: true });
	const world = await startWorld({ sandbox: 'screenshots', contacts: 120, hubspotLimits: 'none' });
	try {
		const anchor = DateTime.utc().startOf('second');
		const slots = { anchor: anchor.toMillis(), every: slotMs, minimumGap: slotMs / 2 };
		await saveOperations(world.n8n, {
			every: Duration.fromMillis(slotMs).toISO(),
			anchor: anchor.toFormat("yyyy-MM-dd'T'HH:mm:ss"),
			mode: 'live',
		});
		await operate(world.n8n, 'configure');
		if (named.length > 0) {
			await inEditor(world, 'light', async (editor) => {
				for (const id of named) await photograph(editor, id, 'light');
			});
			return;
		}
		await inEditor(world, 'light', async (editor) => {
			for (const { id } of world.templates) await photograph(editor, id, 'light');
			await photographRun(world, editor, 'light', panels);
		});
		// Everybody has been served in this slot; a run with something to show needs the next but one.
		await untilSlot(slots, slotOf(slots, Date.now()) + 2);
		await inEditor(world, 'dark', async (editor) => {
			await photograph(editor, spineTemplate, 'dark');
			await photographRun(world, editor, 'dark', []);
		});
	} finally {
		await world.close();
	}
}

async function inEditor(
	world: World,
	scheme: Scheme,
	work: (editor: Editor) => Promise<void>,
): Promise<void> {
	const editor = await openEditor(world.n8n.url, scheme, 1920, 1080);
	try {
		await work(editor);
	} finally {
		await editor.close();
	}
}

/** One template on the canvas, before any run. */
async function photograph(editor: Editor, templateId: string, scheme: Scheme): Promise<void> {
	const page = await openCanvas(editor, templateId);
	await page.screenshot({ path: pathOf(templateId, scheme) });
	await page.close();
}

/** The spine after a run, and the panels of our nodes with what went through them. */
async function photographRun(
	world: World,
	editor: Editor,
	scheme: Scheme,
	types: readonly string[],
): Promise<void> {
	const page = await openCanvas(editor, spineTemplate);
	await runOnCanvas(page, 'Check Every 15 Minutes', runTimeoutMs);
	await page.screenshot({ path: pathOf('run', scheme) });
	const spine = world.templates.find(({ id }) => id === spineTemplate);
	for (const type of types) {
		const node = spine?.nodes.find((found) => found.type === `n8n-nodes-release-gate.${type}`);
		if (!node) continue;
		await openPanel(page, node.name);
		await page.screenshot({ path: pathOf(`panel-${type}`, scheme) });
		await closePanel(page);
	}
	await page.close();
}

function pathOf(name: string, scheme: Scheme): string {
	return join(folder, `${name}-${scheme}.png`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

main().catch((problem: unknown) => {
	console.error(describeProblem(problem));
	process.exit(1);
});
