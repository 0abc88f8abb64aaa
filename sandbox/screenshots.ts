import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { buildIfStale } from './build';
import { packageRoot } from './n8n/paths';
import { operate, saveOperations } from './operate';
import { describeProblem } from './problem';
import { openEditor, type Scheme } from './screenshots/browser';
import { closePanel, openCanvas, openPanel, runOnCanvas } from './screenshots/canvas';
import { startWorld, type World } from './world';

const folder = join(packageRoot, 'docs', 'images');

/** Our nodes whose panels are shown, by type. */
const panels = ['dueDeliveries', 'releaseGate', 'idempotencyCheck', 'deliveryCommit'];

const runTimeoutMs = 180_000;

/** Takes the pictures of the documentation from a running n8n. */
async function main(): Promise<void> {
	buildIfStale();
	mkdirSync(folder, { recursive: true });
	const world = await startWorld({ sandbox: 'screenshots', contacts: 120, hubspotLimits: 'none' });
	try {
		const anchor = DateTime.utc().startOf('day').toFormat("yyyy-MM-dd'T'HH:mm");
		await saveOperations(world.n8n, { every: 'P2D', anchor, mode: 'live' });
		await operate(world.n8n, 'configure');
		for (const scheme of ['light', 'dark'] as const) await takePictures(world, scheme);
	} finally {
		await world.close();
	}
}

async function takePictures(world: World, scheme: Scheme): Promise<void> {
	const editor = await openEditor(world.n8n.url, scheme, 1920, 1080);
	try {
		const picture = (name: string): string => join(folder, `${name}-${scheme}.png`);
		for (const template of world.templates) {
			const page = await openCanvas(editor, template.id);
			await page.screenshot({ path: picture(template.id) });
			await page.close();
		}
		const page = await openCanvas(editor, 'content-delivery-spine');
		await runOnCanvas(page, runTimeoutMs);
		await page.screenshot({ path: picture('run') });
		const spine = world.templates.find(({ id }) => id === 'content-delivery-spine');
		for (const type of panels) {
			const node = spine?.nodes.find((found) => found.type === `n8n-nodes-release-gate.${type}`);
			if (!node) continue;
			await openPanel(page, node.name);
			await page.screenshot({ path: picture(`panel-${type}`) });
			await closePanel(page);
		}
	} finally {
		await editor.close();
	}
}

main().catch((problem: unknown) => {
	console.error(describeProblem(problem));
	process.exit(1);
});
