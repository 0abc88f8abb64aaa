import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

/** What the stranger did at one step. */
export interface Step {
	readonly what: string;
	readonly clicks: number;
	readonly typed: readonly string[];
	readonly picture: string;
}

/** How long the editor may take to show what comes next. */
export const stepMs = 60_000;

/** The stranger's hands: every click and every text typed is counted. */
export class Hands {
	readonly steps: Step[] = [];
	private clicks = 0;
	private typed: string[] = [];

	constructor(
		private readonly page: Page,
		private readonly images: string,
	) {}

	async click(target: Locator): Promise<void> {
		await target.waitFor({ timeout: stepMs });
		await target.click({ timeout: stepMs });
		this.clicks += 1;
		await this.page.waitForTimeout(600);
	}

	async type(text: string): Promise<void> {
		await this.page.keyboard.type(text, { delay: 15 });
		this.typed.push(text);
		await this.page.waitForTimeout(1_000);
	}

	/** Ends a step with a picture of it. */
	async done(what: string): Promise<void> {
		const picture = `${this.steps.length + 1}.png`;
		await this.page.waitForTimeout(800);
		await this.page.screenshot({ path: join(this.images, picture) });
		this.steps.push({ what, clicks: this.clicks, typed: this.typed, picture });
		[this.clicks, this.typed] = [0, []];
		console.log(JSON.stringify(this.steps.at(-1)));
	}
}
