import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Page } from 'playwright-core';
import { openEditorAs, type Editor } from '../../testbed/browser/browser';
import { openCanvas } from '../../testbed/browser/canvas';
import type { Person } from '../../testbed/n8n/people';

/** Longest wait for a page: behind one of them the draft is drilled and rehearsed twice. */
const PATIENCE_MS = 180_000;

/** A phone's width and height, in CSS pixels: those of an iPhone 12 to 15, after Playwright's list of devices. */
const phone = { width: 390, height: 844 } as const;

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
	/** The link that it gives to hand on; `null` where it gives none. */
	readonly link: string | null;
	/** Seconds from the first page's button to the page that asks, and from its button to the last one. */
	readonly seconds: { readonly machines: number; readonly gate: number };
}

/** What is written and picked in the form of a release. */
export interface Said {
	/** Two lines: what changes, and why. */
	readonly change: string;
	/** What is picked where it is asked whether it can wait; `Yes` if absent. */
	readonly wait?: string;
	/** What is picked for a question, by the beginning of its label; yes if absent. */
	readonly answers?: Readonly<Record<string, string>>;
	/** What is written of the documents; that none of them speaks of the change, if absent. */
	readonly documents?: string;
	/** Name of the pictures of its pages. */
	readonly name?: string;
}

/** Path of the file for the picture of a page, by its name; `null` for none. */
export type Pictures = (name: string) => string | null;

/** Titles of last pages. */
const ENDS =
	/It is live|It ships by itself|It waits for people|It is held|cannot be released|not recorded|cannot be shown/;

const textOf = async (page: Page): Promise<string> => await page.locator('body').innerText();
const press = async (page: Page): Promise<void> => await page.getByRole('button').last().click();

/** Somebody who is signed in, in a browser of their own, and fills in forms. */
export class Walker {
	private count = 0;
	private readonly wide: string[] = [];

	private constructor(
		readonly person: Person,
		private readonly editor: Editor,
		private readonly pictures: Pictures,
	) {}

	/** Opens a browser for a person and signs them in. */
	static async signIn(url: string, person: Person, pictures: Pictures): Promise<Walker> {
		return new Walker(person, await openEditorAs(url, person), pictures);
	}

	/** How often this person picked or wrote something. */
	get answers(): number {
		return this.count;
	}

	/** Pages that this person saw and that do not fit a phone, with their width. */
	get tooWide(): readonly string[] {
		return this.wide;
	}

	close(): Promise<void> {
		return this.editor.close();
	}

	/** Sends the form of a release and answers what it asks with yes and one line each, unless told otherwise. */
	async release({ change, wait = 'Yes', answers = {}, documents, name = 'change' }: Said): Promise<Walk> {
		return await this.at('/form/release-a-change', 'What changes?', async (page) => {
			await this.write(page, 'What changes?', change);
			if (wait !== 'Yes') await this.pick(page, 'Can it wait', wait);
			await this.picture(page, `${name}-1-change`);
			const began = Date.now();
			await press(page);
			const isAsked = await this.until(page, 'What machines found');
			const machines = (Date.now() - began) / 1000;
			if (!isAsked) {
				await this.picture(page, `${name}-2-end`);
				return { asked: null, end: await textOf(page), link: null, seconds: { machines, gate: 0 } };
			}
			const asked = await this.answer(page, answers, [], documents);
			await this.picture(page, `${name}-2-questions`);
			const sent = Date.now();
			await press(page);
			await page.getByText(ENDS).first().waitFor({ timeout: PATIENCE_MS });
			const gate = (Date.now() - sent) / 1000;
			await this.picture(page, `${name}-3-end`);
			const links = page.locator('a[href*="/form/approve-a-change"]');
			const link = (await links.count()) > 0 ? await links.first().getAttribute('href') : null;
			return { asked, end: await textOf(page), link, seconds: { machines, gate } };
		});
	}

	/** Opens the link that the last page of a release gave, looks at what changes, and gives one's word. */
	async approve(
		link: string,
		word: 'approved' | 'rejected' = 'approved',
		name = 'approve',
	): Promise<{ readonly shown: string; readonly end: string }> {
		return await this.at(link, 'Release', async (page) => {
			await press(page);
			if (!(await this.until(page, 'Your word'))) return { shown: '', end: await textOf(page) };
			const { text: shown } = await this.answer(page, { 'Your word': word }, ['Note']);
			await this.picture(page, `${name}-1-change`);
			await press(page);
			await page.getByText(ENDS).first().waitFor({ timeout: PATIENCE_MS });
			await this.picture(page, `${name}-2-end`);
			return { shown, end: await textOf(page) };
		});
	}

	/** Asks for the newest release to go back, reads the plan, and confirms it or not. */
	async rollBack(
		reason: string,
		confirm = true,
		name = 'roll-back',
	): Promise<{ readonly plan: string; readonly end: string; readonly seconds: number }> {
		const ends =
			/It is rolled back|It is not finished|nothing to roll back|cannot roll|cannot be rolled|Nothing was done/;
		return await this.at('/form/roll-back-a-release', 'Why does it go back?', async (page) => {
			await this.write(page, 'Why does it go back?', reason);
			await this.picture(page, `${name}-1-reason`);
			await press(page);
			if (!(await this.until(page, 'Roll it back?', ends)))
				return { plan: '', end: await textOf(page), seconds: 0 };
			const plan = await textOf(page);
			await this.pick(page, 'Roll it back?', confirm ? 'Yes, roll it back now' : 'No, leave it as it is');
			await this.picture(page, `${name}-2-plan`);
			const sent = Date.now();
			await press(page);
			await page.getByText(ends).first().waitFor({ timeout: PATIENCE_MS });
			await this.picture(page, `${name}-3-end`);
			return { plan, end: await textOf(page), seconds: (Date.now() - sent) / 1000 };
		});
	}

	/** Opens the link of a reminder and writes the account of a hotfix. */
	async account(
		link: string,
		text: string,
		name = 'account',
	): Promise<{ readonly shown: string; readonly end: string }> {
		const ends = /The account is on record|It is not on record|No account is owed/;
		return await this.at(link, 'Release', async (page) => {
			await press(page);
			if (!(await this.until(page, 'This account is due', ends)))
				return { shown: '', end: await textOf(page) };
			const shown = await textOf(page);
			await this.write(page, 'What happened', text);
			await this.picture(page, `${name}-1-account`);
			await press(page);
			await page.getByText(ends).first().waitFor({ timeout: PATIENCE_MS });
			await this.picture(page, `${name}-2-end`);
			return { shown, end: await textOf(page) };
		});
	}

	/** Opens a workflow in the editor and presses Publish, as anybody can who may edit it. */
	async publishInEditor(workflow: string, name = 'publish'): Promise<void> {
		const page = await openCanvas(this.editor, workflow);
		try {
			await page.locator('[data-test-id="workflow-open-publish-modal-button"]').click();
			const button = page.locator('[data-test-id="workflow-publish-button"]');
			await button.click();
			await button.waitFor({ state: 'hidden', timeout: PATIENCE_MS });
			await this.picture(page, name);
		} finally {
			await page.close();
		}
	}

	/** A page of a form, agreed to where n8n asks whether it may run as who is signed in; closed at the end. */
	async at<Found>(path: string, label: string, walk: (page: Page) => Promise<Found>): Promise<Found> {
		const page = await this.editor.context.newPage();
		try {
			await page.goto(path, { timeout: PATIENCE_MS, waitUntil: 'domcontentloaded' });
			const consent = page.getByText('Allow access');
			await consent.or(page.getByLabel(label)).first().waitFor({ timeout: PATIENCE_MS });
			if (await consent.isVisible()) await consent.click();
			await page.getByLabel(label).first().waitFor({ timeout: PATIENCE_MS });
			return await walk(page);
		} finally {
			await page.close();
		}
	}

	async write(page: Page, label: string, text: string): Promise<void> {
		await page.getByLabel(label).fill(text);
		this.count += 1;
	}

	async pick(page: Page, label: string, option: string): Promise<void> {
		await page.getByLabel(label).selectOption(option);
		this.count += 1;
	}

	/** Waits for a text or for one of the titles with which a form ends; whether the text came. */
	async until(page: Page, text: string, ends: RegExp = ENDS): Promise<boolean> {
		const wanted = page.getByText(text).first();
		await wanted.or(page.getByText(ends)).first().waitFor({ timeout: PATIENCE_MS });
		return await wanted.isVisible();
	}

	/** Pictures of the whole page, where some are wanted: as on a screen, and as on a phone. Sees whether it fits a phone. */
	async picture(page: Page, name: string): Promise<void> {
		await this.shoot(page, name);
		const screen = page.viewportSize();
		if (screen === null) return;
		await page.setViewportSize(phone);
		const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
		if (width > phone.width) this.wide.push(`${name} is ${width} px wide`);
		await this.shoot(page, `${name}-phone`);
		await page.setViewportSize(screen);
	}

	private async shoot(page: Page, name: string): Promise<void> {
		const path = this.pictures(name);
		if (path === null) return;
		mkdirSync(dirname(path), { recursive: true });
		await page.screenshot({ path, fullPage: true });
	}

	/** Answers every list and line of a page but those named: yes, or as told. */
	private async answer(
		page: Page,
		answers: Readonly<Record<string, string>>,
		leave: readonly string[] = [],
		documents = 'None of them speaks of what changes here.',
	): Promise<Asked> {
		const text = await textOf(page);
		const lists: string[] = [];
		const lines: string[] = [];
		for (const field of await page.locator('select, textarea').all()) {
			const label = (await page.locator(`label[for="${await field.getAttribute('id')}"]`).innerText()).trim();
			if (leave.some((one) => label.startsWith(one))) continue;
			const isList = (await field.locator('option').count()) > 0;
			(isList ? lists : lines).push(label);
			if (!isList)
				await field.fill(
					label.startsWith('Documents') ? documents : 'It reads stiffly; nobody misses a delivery.',
				);
			// What was said before is picked already; leaving it is an answer all the same.
			else {
				const [, told] = Object.entries(answers).find(([begins]) => label.startsWith(begins)) ?? [];
				if (told !== undefined || (await field.inputValue()) === '') await field.selectOption(told ?? 'Yes');
			}
			this.count += 1;
		}
		return { text, lists, lines };
	}
}
