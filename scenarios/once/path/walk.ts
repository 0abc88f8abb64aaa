import type { Locator, Page } from 'playwright-core';
import { Hands, stepMs, type Step } from './hands';

/** The editor compiles itself at first; 45 s were measured cold, more beside other work. */
const firstLoadMs = 240_000;

/** Where the stranger's webhook listens, once it is published, and what was done to get there. */
export interface Walked {
	readonly steps: readonly Step[];
	/** Path of the webhook's address. */
	readonly path: string;
}

/** From an empty editor to a published webhook whose event is worked on once; `address` is what the work calls. */
export async function walk(page: Page, images: string, address: string): Promise<Walked> {
	const hands = new Hands(page, images);
	const by = (id: string): Locator => page.locator(`[data-test-id="${id}"]`);
	const nodeOf = (name: string): Locator =>
		page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	const panel = by('ndv').or(by('node-parameters')).first();
	/** Finds a node by what a stranger would look for, and takes the entries one after another. */
	const choose = async (search: string, ...entries: readonly RegExp[]): Promise<void> => {
		await by('node-creator-search-bar').waitFor({ timeout: stepMs });
		await hands.type(search);
		for (const entry of entries)
			await hands.click(by('node-creator-item-name').filter({ hasText: entry }).first());
		await panel.waitFor({ timeout: stepMs });
	};
	const back = async (): Promise<void> => {
		await hands.click(by('ndv-close-button').first());
		await panel.waitFor({ state: 'hidden', timeout: stepMs });
	};
	/** The plus behind an output of a node. */
	const behind = (name: string, output: number): Locator =>
		nodeOf(name).locator('[data-test-id="canvas-handle-plus"]').nth(output);
	const field = (name: string): Locator =>
		page
			.locator(
				`[data-test-id="parameter-input-${name}"] input, [data-test-id="parameter-input-${name}"] .cm-content`,
			)
			.first();
	const choice = async (name: string, option: RegExp): Promise<void> => {
		await hands.click(field(name));
		await hands.click(page.getByRole('option', { name: option }).first());
	};

	await page.goto('/workflow/new', { waitUntil: 'domcontentloaded' });
	const first = by('canvas-add-button').or(page.getByText('Add first step')).first();
	await first.waitFor({ timeout: firstLoadMs });
	await hands.done('an empty n8n with the package');

	await hands.click(first);
	await choose('webhook', /^Webhook$/);
	await choice('httpMethod', /^POST$/);
	const path = await field('path').inputValue();
	await back();
	await hands.done('a webhook that takes events');

	await hands.click(behind('Webhook', 0));
	await choose('claim key', /Idempotency Check/, /Claim keys/);
	await hands.click(field('key'));
	await page.keyboard.press('Control+A');
	await hands.type('body.id');
	await hands.done('its event is claimed: the key is the id in the body');
	await back();

	await hands.click(behind('Idempotency Check', 1));
	await choose('http request', /^HTTP Request$/);
	await choice('method', /^POST$/);
	await hands.click(field('url'));
	await hands.type(address);
	await hands.done('the work, behind *first time*');
	await hands.click(by('tab-settings').first());
	await choice('onError', /using error output/i);
	await hands.done('what fails gets an output of its own');
	await back();

	await hands.click(behind('HTTP Request', 0));
	await choose('complete key', /Delivery Commit/, /Complete keys/);
	await back();
	await hands.done('its success is reported');

	await hands.click(behind('HTTP Request', 0));
	await choose('give key back', /Delivery Commit/, /Give keys back/);
	await back();
	await hands.click(by('tidy-up-button').first());
	await hands.done('and its failure; tidied up');

	await hands.click(by('workflow-open-publish-modal-button').first());
	await hands.click(by('workflow-publish-button').first());
	await by('workflow-publish-button').first().waitFor({ state: 'hidden', timeout: stepMs });
	await page.keyboard.press('Escape');
	await by('activation-modal').waitFor({ state: 'hidden', timeout: stepMs });
	await by('zoom-to-fit').click();
	await hands.done('published: the webhook is protected');
	return { steps: hands.steps, path };
}
