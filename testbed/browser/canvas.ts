import type { Page } from 'playwright-core';
import type { Editor } from './browser';

/** The first load compiles the whole editor; 45 s were measured cold, more beside other work. */
const firstLoadMs = 150_000;

/** Opens a workflow and fits it into the window. */
export async function openCanvas(editor: Editor, workflowId: string): Promise<Page> {
	const page = await editor.context.newPage();
	await page.goto(`/workflow/${workflowId}`, { waitUntil: 'domcontentloaded' });
	await page.locator('[data-test-id="canvas-node"]').first().waitFor({ timeout: firstLoadMs });
	await fit(page);
	return page;
}

/** Runs the open workflow by hand from one of its triggers, and waits until every node has come to rest. */
export async function runOnCanvas(page: Page, trigger: string, timeoutMs: number): Promise<void> {
	await page.locator(`[data-test-id="canvas-node"][data-node-name="${trigger}"]`).hover();
	await page.locator(`[data-test-id="execute-workflow-button-${trigger}"]`).click({ force: true });
	await page.locator('[data-test-id="canvas-node-status-success"]').first().waitFor({ timeout: timeoutMs });
	await page
		.locator('[data-test-id="stop-execution-button"]')
		.waitFor({ state: 'hidden', timeout: timeoutMs });
	await fit(page);
}

/** Opens the panel of one node. */
export async function openPanel(page: Page, node: string): Promise<void> {
	await page.locator(`[data-test-id="canvas-node"][data-node-name="${node}"]`).dblclick();
	await page.locator('[data-test-id="ndv"], [data-test-id="node-parameters"]').first().waitFor();
	await page.waitForTimeout(1_000);
}

/** Runs the node whose panel is open, and waits until its run is over, however it ended. */
export async function executeStep(page: Page): Promise<void> {
	await page.locator('[data-test-id="node-execute-button"]').first().click({ timeout: 10_000 });
	await page
		.locator('[data-test-id="node-execute-button"] .n8n-spinner, [data-test-id="ndv-data-loading"]')
		.first()
		.waitFor({ state: 'hidden', timeout: 60_000 });
	await page.waitForTimeout(2_500);
}

/** Closes the panel again. */
export async function closePanel(page: Page): Promise<void> {
	await page.keyboard.press('Escape');
	await page.waitForTimeout(500);
}

async function fit(page: Page): Promise<void> {
	await page.locator('[data-test-id="zoom-to-fit"]').click();
	await page.waitForTimeout(1_200);
}
