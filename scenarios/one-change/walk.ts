import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { openEditor } from '../../testbed/browser/browser';
import { password, type Person } from '../../testbed/n8n/people';

/** Longest wait for a page: behind one of them the draft is drilled and rehearsed twice. */
const PATIENCE_MS = 180_000;

/** Somebody who is signed in, in a browser of their own. */
export interface Walker {
	readonly context: BrowserContext;
	/** How often this person picked or wrote something. */
	answers(): number;
	close(): Promise<void>;
}

/** Opens a browser for a person and signs them in. */
export async function signIn(url: string, { email }: Person): Promise<Walker & { answered(): void }> {
	const { context, close } = await openEditor(url, 'light', 1000, 900);
	await context.clearCookies();
	const answer = await context.request.post('/rest/login', {
		data: { emailOrLdapLoginId: email, password },
	});
	if (!answer.ok()) throw new Error(`${email} cannot sign in: ${answer.status()}`);
	let count = 0;
	return { context, answers: () => count, answered: () => (count += 1), close };
}

/** A picture of the page, where a folder for pictures is given. */
async function picture(page: Page, folder: string | null, name: string): Promise<void> {
	if (folder === null) return;
	mkdirSync(folder, { recursive: true });
	await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** What stands on a page that asks. */
export interface Asked {
	readonly text: string;
	/** Labels of the lists to pick from and of the lines to write. */
	readonly lists: readonly string[];
	readonly lines: readonly string[];
}

/** One walk through the form of a release. */
export interface Walk {
	/** The page with the differences and the questions; `null` where the form ended before it. */
	readonly asked: Asked | null;
	/** The text of the last page. */
	readonly end: string;
	/** Seconds from the first page's button to the page that asks, and from its button to the last one. */
	readonly seconds: { readonly machines: number; readonly gate: number };
}

async function open(context: BrowserContext, path: string, label: string): Promise<Page> {
	const page = await context.newPage();
	await page.goto(path, { timeout: PATIENCE_MS, waitUntil: 'domcontentloaded' });
	// n8n asks each user once whether the form may run as them.
	const consent = page.getByText('Allow access');
	await consent.or(page.getByLabel(label)).first().waitFor({ timeout: PATIENCE_MS });
	if (await consent.isVisible()) await consent.click();
	await page.getByLabel(label).first().waitFor({ timeout: PATIENCE_MS });
	return page;
}

const press = async (page: Page): Promise<void> => await page.getByRole('button').last().click();

const ENDS =
	/It is live|It ships by itself|It waits for people|It is held|cannot be released|not recorded|cannot be shown/;

/** Sends the form of a release and answers what it asks with yes and one line each, unless told otherwise. */
export async function releaseChange(
	walker: Walker & { answered(): void },
	change: string,
	{
		pictures = null,
		name = 'change',
		wait = 'Yes',
		answers = {},
	}: {
		readonly pictures?: string | null;
		readonly name?: string;
		readonly wait?: string;
		readonly answers?: Readonly<Record<string, string>>;
	} = {},
): Promise<Walk> {
	const page = await open(walker.context, '/form/release-a-change', 'What changes?');
	try {
		await page.getByLabel('What changes?').fill(change);
		walker.answered();
		if (wait !== 'Yes') {
			await page.getByLabel('Can it wait').selectOption(wait);
			walker.answered();
		}
		await picture(page, pictures, `${name}-1-change`);
		const began = Date.now();
		await press(page);
		const asks = page.getByText('What machines found');
		await asks.or(page.getByText(ENDS)).first().waitFor({ timeout: PATIENCE_MS });
		const asked = Date.now();
		if (!(await asks.isVisible())) {
			await picture(page, pictures, `${name}-2-end`);
			const end = await page.locator('body').innerText();
			return { asked: null, end, seconds: { machines: (asked - began) / 1000, gate: 0 } };
		}
		const text = await page.locator('body').innerText();
		const lists: string[] = [];
		for (const list of await page.locator('select').all()) {
			const label = (await page.locator(`label[for="${await list.getAttribute('id')}"]`).innerText()).trim();
			lists.push(label);
			const chosen = await list.inputValue();
			// What was said before is picked already; leaving it is an answer all the same.
			if (answers[label] !== undefined || chosen === '') await list.selectOption(answers[label] ?? 'Yes');
			walker.answered();
		}
		const lines: string[] = [];
		for (const line of await page.locator('textarea').all()) {
			const label = (await page.locator(`label[for="${await line.getAttribute('id')}"]`).innerText()).trim();
			lines.push(label);
			await line.fill(
				label.startsWith('Documents')
					? 'None of them speaks of what changes here.'
					: 'It reads stiffly; nobody misses a delivery.',
			);
			walker.answered();
		}
		await picture(page, pictures, `${name}-2-questions`);
		const sent = Date.now();
		await press(page);
		await page.getByText(ENDS).first().waitFor({ timeout: PATIENCE_MS });
		await picture(page, pictures, `${name}-3-end`);
		return {
			asked: { text, lists, lines },
			end: await page.locator('body').innerText(),
			seconds: { machines: (asked - began) / 1000, gate: (Date.now() - sent) / 1000 },
		};
	} finally {
		await page.close();
	}
}

/** Opens the link that the last page of a release gave, looks at what changes, and gives one's word. */
export async function approveChange(
	walker: Walker & { answered(): void },
	link: string,
	word: 'approved' | 'rejected',
	pictures: string | null = null,
	name = 'approve',
): Promise<{ readonly shown: string; readonly end: string }> {
	const page = await open(walker.context, link, 'Release');
	try {
		await press(page);
		const shows = page.getByLabel('Your word');
		await shows.or(page.getByText(ENDS)).first().waitFor({ timeout: PATIENCE_MS });
		const shown = await page.locator('body').innerText();
		if (!(await shows.isVisible())) return { shown: '', end: shown };
		await shows.selectOption(word);
		walker.answered();
		await picture(page, pictures, `${name}-1-change`);
		await press(page);
		await page.getByText(ENDS).first().waitFor({ timeout: PATIENCE_MS });
		await picture(page, pictures, `${name}-2-end`);
		return { shown, end: await page.locator('body').innerText() };
	} finally {
		await page.close();
	}
}
