/**
 * A stranger's path: from an empty n8n with the package to a webhook whose event is worked on once, by mouse and keyboard
 * in the editor. Takes a picture at each step and counts clicks and words: `npm run screenshots:never-twice`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { buildIfStale } from '../../testbed/build';
import { openEditor } from '../../testbed/browser/browser';
import { Instance } from '../../testbed/n8n/instance';
import { packageRoot, runRoot } from '../../testbed/n8n/paths';

const images = join(packageRoot, 'docs', 'images', 'never-twice');
const record = join(packageRoot, 'docs', 'records', 'never-twice-path.md');

/** The editor compiles itself at first. */
const firstLoadMs = 240_000;
const stepMs = 60_000;

/** What the stranger did at one step. */
interface Step {
	readonly what: string;
	readonly clicks: number;
	readonly typed: readonly string[];
	readonly picture: string;
}

/** The stranger's hands: every click and every text is counted. */
class Hands {
	readonly steps: Step[] = [];
	private clicks = 0;
	private typed: string[] = [];

	constructor(private readonly page: Page) {}

	async click(target: Locator): Promise<void> {
		await target.waitFor({ timeout: stepMs });
		await target.click({ timeout: stepMs });
		this.clicks += 1;
		await this.page.waitForTimeout(700);
	}

	async type(text: string): Promise<void> {
		await this.page.keyboard.type(text, { delay: 15 });
		this.typed.push(text);
		await this.page.waitForTimeout(1_200);
	}

	async done(what: string): Promise<void> {
		const picture = `${this.steps.length + 1}.png`;
		await this.page.waitForTimeout(800);
		await this.page.screenshot({ path: join(images, picture) });
		this.steps.push({ what, clicks: this.clicks, typed: this.typed, picture });
		[this.clicks, this.typed] = [0, []];
		console.log(JSON.stringify(this.steps.at(-1)));
	}
}

async function walk(page: Page): Promise<readonly Step[]> {
	const hands = new Hands(page);
	const by = (id: string): Locator => page.locator(`[data-test-id="${id}"]`);
	const node = (name: string): Locator =>
		page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	/** Chooses an entry of the list of nodes by its words. */
	const choose = async (search: string, ...entries: readonly RegExp[]): Promise<void> => {
		await by('node-creator-search-bar').waitFor({ timeout: stepMs });
		await hands.type(search);
		for (const entry of entries)
			await hands.click(by('node-creator-item-name').filter({ hasText: entry }).first());
		await by('ndv').or(by('node-parameters')).first().waitFor({ timeout: stepMs });
	};
	const back = async (): Promise<void> => {
		await page.keyboard.press('Escape');
		await page.waitForTimeout(1_000);
	};
	/** The plus behind an output of a node. */
	const behind = (name: string, output: number): Locator =>
		node(name).locator('[data-test-id="canvas-handle-plus"]').nth(output);
	const field = (name: string): Locator =>
		page
			.locator(
				`[data-test-id="parameter-input-${name}"] input, [data-test-id="parameter-input-${name}"] .cm-content`,
			)
			.first();

	await page.goto('/workflow/new', { waitUntil: 'domcontentloaded' });
	await by('canvas-add-button')
		.or(page.getByText('Add first step'))
		.first()
		.waitFor({ timeout: firstLoadMs });
	await hands.done('an empty n8n');
	await hands.click(by('canvas-add-button').or(page.getByText('Add first step')).first());
	await choose('webhook', /^Webhook$/);
	await back();
	await hands.done('a webhook is there');
	await hands.click(behind('Webhook', 0));
	await choose('claim key', /Idempotency Check/, /Claim keys/);
	await hands.click(field('key'));
	await page.keyboard.press('Control+A');
	await hands.type('body.id');
	await hands.done('its event is claimed: the key is the id in the body');
	await back();
	await hands.click(behind('Claim keys', 1));
	await choose('http request', /^HTTP Request$/);
	await hands.click(field('url'));
	await hands.type('https://fulfilment.example.com/shipments');
	await back();
	await hands.done('the work, at “first time”');
	await hands.click(behind('HTTP Request', 0));
	await choose('complete key', /Delivery Commit/, /Complete keys/);
	await back();
	await hands.click(
		by('workflow-save-button')
			.or(page.getByRole('button', { name: 'Save' }))
			.first(),
	);
	await by('zoom-to-fit').click();
	await hands.done('the end is reported: the webhook is protected');
	return hands.steps;
}

const render = (steps: readonly Step[]): string => {
	const clicks = steps.reduce((sum, step) => sum + step.clicks, 0);
	const typed = steps.flatMap((step) => step.typed);
	const words = typed.flatMap((text) => text.split(/\s+/)).length;
	return `# A stranger's path to a protected webhook

Written by \`npm run screenshots:never-twice\`; nothing on this page is typed by hand.

From an empty n8n with the package to a webhook whose event is worked on once, in the editor, by mouse and keyboard:
${clicks} clicks and ${words} words, the searches for nodes included (${typed.map((text) => `\`${text}\``).join(', ')}).

| step | clicks | typed |
| --- | --- | --- |
${steps.map(({ what, clicks: count, typed: text }) => `| ${what} | ${count} | ${text.map((one) => `\`${one}\``).join(', ')} |`).join('\n')}

${steps.map(({ what, picture }) => `![${what}](../images/never-twice/${picture})`).join('\n\n')}
`;
};

async function main(): Promise<void> {
	buildIfStale();
	const folder = join(runRoot, 'never-twice');
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(images, { recursive: true });
	const port = Number(process.env.RG_PORT ?? 18860);
	const n8n = await Instance.boot({
		userFolder: folder,
		port,
		brokerPort: port + 1,
		packageFolder: packageRoot,
	});
	try {
		const editor = await openEditor(n8n.url, 'light', 1280, 800);
		try {
			const page = await editor.context.newPage();
			const steps = await walk(page).catch(async (problem: unknown) => {
				await page.screenshot({ path: join(folder, 'stuck.png') });
				throw problem;
			});
			writeFileSync(record, render(steps));
		} finally {
			await editor.close();
		}
	} finally {
		await n8n.stop();
	}
}

main().catch((problem: unknown) => {
	console.error(problem);
	process.exit(1);
});
