import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { openEditor } from '../../testbed/browser/browser';
import { openCanvas } from '../../testbed/browser/canvas';
import type { Instance } from '../../testbed/n8n/instance';

/** The pictures that are taken where the package was installed by n8n's own page, in their order. */
export const pictures = {
	typed: ['install-page.png', "n8n's own page, about to install"],
	listed: ['install-page-done.png', 'Installed'],
	search: ['install-node-panel.png', "The package's nodes in n8n's node panel"],
	settings: ['install-node-settings.png', 'The settings of one of them, with what went through it'],
	run: ['install-run.png', 'A run of the spine'],
} as const satisfies Record<string, readonly [file: string, says: string]>;

export type Picture = keyof typeof pictures;

export const fileOf = (folder: string, picture: Picture): string => join(folder, pictures[picture][0]);

/** The frame of a page in which this is shown: some versions of n8n show a run in one of its own. */
async function frameWith(page: Page, selector: string): Promise<Frame> {
	for (const giveUpAt = Date.now() + 150_000; Date.now() < giveUpAt; await page.waitForTimeout(500))
		for (const frame of page.frames()) if ((await frame.locator(selector).count()) > 0) return frame;
	throw new Error(`${page.url()} shows no ${selector}`);
}

/** Takes the pictures of a published spine that has just run: the node panel, one node with its data, the run. */
export async function photograph(
	n8n: Instance,
	workflowId: string,
	executionId: string,
	folder: string,
): Promise<void> {
	const editor = await openEditor(n8n.url, 'light', 1440, 900);
	try {
		const page = await openCanvas(editor, workflowId);
		await page.locator('[data-test-id="node-creator-plus-button"]').click();
		await page.locator('[data-test-id="node-creator-search-bar"]').fill('release gate');
		await page.getByText('Idempotency Check', { exact: true }).first().waitFor();
		await page.screenshot({ path: fileOf(folder, 'search') });
		await page.close();
		const run = await editor.context.newPage();
		await run.goto(`/workflow/${workflowId}/executions/${executionId}`, { waitUntil: 'domcontentloaded' });
		const frame = await frameWith(run, '[data-test-id="canvas-node-status-success"]');
		await run.waitForTimeout(2_000);
		await run.screenshot({ path: fileOf(folder, 'run') });
		await frame.locator('[data-test-id="canvas-node"][data-node-name="Claim"]').dblclick();
		await frame.locator('[data-test-id="ndv"], [data-test-id="node-parameters"]').first().waitFor();
		await run.waitForTimeout(2_000);
		await run.screenshot({ path: fileOf(folder, 'settings') });
	} finally {
		await editor.close();
	}
}
