import { chromium, type Browser, type Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import type { Scheme } from './browser';

/** Debian's Chromium; RG_CHROMIUM names another. */
const executablePath = process.env.RG_CHROMIUM ?? '/usr/bin/chromium';

/** Opens Chromium without any profile. */
export const openBrowser = (): Promise<Browser> =>
	chromium.launch({ executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu'] });

/** How a page is looked at. */
export interface Look {
	readonly scheme: Scheme;
	readonly width: number;
	readonly height: number;
	readonly login?: { readonly username: string; readonly password: string };
	/** Whether the page’s own policy and sandbox stay in force, so that axe cannot be put into it. */
	readonly asServed?: boolean;
}

/** A page in a window of its own, and every address that it asked for. */
export async function look(
	browser: Browser,
	url: string,
	{ scheme, width, height, login, asServed = false }: Look,
): Promise<{ readonly page: Page; readonly asked: readonly string[] }> {
	const context = await browser.newContext({
		colorScheme: scheme,
		viewport: { width, height },
		...(login === undefined ? {} : { httpCredentials: login }),
		// axe is put into the page by us; the page's own policy would refuse it.
		bypassCSP: !asServed,
	});
	const page = await context.newPage();
	const asked: string[] = [];
	page.on('request', (request) => asked.push(request.url()));
	await page.goto(url, { waitUntil: 'load' });
	return { page, asked };
}

/** What axe-core finds wrong with a page: rule, how grave, and the first element. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
	await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
	return await page.evaluate(async () => {
		const { axe } = globalThis as unknown as {
			axe: {
				run: () => Promise<{
					violations: { id: string; impact: string; nodes: { html: string }[] }[];
				}>;
			};
		};
		const { violations } = await axe.run();
		return violations.map(
			({ id, impact, nodes }) =>
				`${id} (${impact}): ${nodes.length} times, first ${nodes[0]?.html.slice(0, 120)}`,
		);
	});
}

/** Where elements end on the first screen, in pixels from its top, and whether the page is wider than the window. */
export async function placesOf(
	page: Page,
	ids: readonly string[],
): Promise<{ readonly bottoms: readonly number[]; readonly tooWide: boolean }> {
	const boxes = await Promise.all(ids.map((id) => page.locator(`#${id}`).boundingBox()));
	const bottoms = boxes.map((box) => (box === null ? Infinity : Math.round(box.y + box.height)));
	const width = await page.evaluate<number>('document.documentElement.scrollWidth');
	return { bottoms, tooWide: width > (page.viewportSize()?.width ?? 0) };
}
