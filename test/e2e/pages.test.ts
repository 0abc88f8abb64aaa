import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { plotter } from '../../adapters/plots/echarts';
import { gatherReport } from '../../app/report/gather';
import { reportHtml } from '../../app/report/html';
import { auditWorkflow, htmlReport } from '../../core/audit';
import { workflowsIn } from '../../core/audit/parse';
import { html } from '../../core/page/html';
import { page } from '../../core/page/page';
import { planHtml, rollbackHtml } from '../../core/snapshot/page';
import { diffHtml } from '../../core/snapshot/table';
import { openFrontPage } from '../../scenarios/tour/front-page';
import { axeFindings, look, openBrowser } from '../../testbed/browser/plain';
import { templateFiles } from '../../testbed/template-files';
import { preset } from '../support/release';
import { openShippable, serviceFixture } from '../support/release-service';

const chromium = process.env.RG_CHROMIUM ?? '/usr/bin/chromium';
const there = existsSync(chromium);
if (!there) console.warn(`SKIPPED: pages in a browser. There is no ${chromium}; RG_CHROMIUM names another.`);

const steps = ['pause', 'flags', 'workflows', 'settings', 'definitions', 'values', 'verify', 'resume'];
const values = { restored: 3, reconciled: 1, unchanged: 4, left: { gone: 2 } };

/** The spine as shipped, and one whose text goes to the send without a confirmation. */
function audited(): string {
	const { path } = templateFiles().find(({ id }) => id === 'content-delivery-spine')!;
	const text = readFileSync(path, 'utf8');
	const bad = JSON.parse(text) as {
		name: string;
		connections: Record<string, { main: { node: string; type: string; index: number }[][] }>;
	};
	bad.name = 'The spine without a confirmation';
	bad.connections['Claim Delivery']?.main[1]?.push({ node: 'Send Email', type: 'main', index: 0 });
	const workflows = [JSON.parse(text) as unknown, bad].flatMap((one) => workflowsIn(one, 'template'));
	return htmlReport(workflows.map((workflow) => ({ workflow, report: auditWorkflow(workflow) })));
}

/** Each page that the package shows, but for the desk, which `npm run demo:desk` looks at. */
const pages: Readonly<Record<string, () => Promise<string> | string>> = {
	report: async () => {
		const fixture = await serviceFixture();
		await openShippable(fixture, preset('quiet-content-delivery'));
		const [release] = await fixture.ledger.records.list({ kind: 'release', limit: 1 });
		const ports = { ...fixture.ports, directory: null, by: 'test' } as never;
		const made = reportHtml(await gatherReport(ports, release!.id), plotter);
		await fixture.close();
		return made;
	},
	audit: audited,
	difference: () =>
		diffHtml({
			before: 'before-r1',
			after: 'now',
			counts: { values: 2 },
			rows: [
				{
					part: 'values',
					name: 'contact 7',
					field: 'cc_profile_tone',
					before: 'warm',
					after: 'cold',
					note: '',
				},
				{ part: 'workflows', name: 'spine', field: 'prompt', before: 'a', after: 'b', note: 'changed since' },
			],
			more: 3,
		} as never),
	'plan of a rollback': () =>
		page({
			title: 'Plan',
			body: [
				html`<h1>Roll back a release</h1>
					<h2>Plan</h2>`,
				planHtml({
					snapshot: 'before-r1',
					pauses: 'content-delivery',
					values: { restore: 3, contacts: 2 },
					workflows: [{ id: 'w1', publish: { version: 'v0' }, settings: null, draft: {} }],
					settings: true,
					flags: ['warm-opening'],
					definitions: [{ name: 'cc_profile_tone' }],
					left: [{ what: 'workflow w1: timezone', reason: 'changed-by-someone' }],
					calls: 12,
					atLeastMs: 1_200,
				}),
			],
		}),
	rollback: () =>
		page({
			title: 'Rollback',
			body: [
				html`<h1>Roll back a release</h1>
					<h2>Result</h2>`,
				rollbackHtml({
					steps,
					wasPaused: false,
					report: { values, left: [], unproven: ['cc_profile_tone of contact 7'] },
					startedAt: 0,
					finishedAt: 1_500,
				}),
			],
		}),
	'the first page of the sandbox': async () => {
		const front = await openFrontPage(0, {
			n8n: 'http://127.0.0.1:1',
			mail: 'http://127.0.0.1:2',
			desk: { user: 'a', password: 'b' },
			readers: 80,
			now: () => Date.UTC(2026, 10, 20),
			mails: () => 160,
			nextSlot: () => Promise.resolve(),
		});
		const text = await (await fetch(front.url)).text();
		await front.close();
		return text;
	},
};

const windows = [
	{ scheme: 'light', width: 1280, height: 800 },
	{ scheme: 'dark', width: 1280, height: 800 },
	{ scheme: 'light', width: 390, height: 844 },
] as const;

(there ? describe : describe.skip)('in a real browser', () => {
	let browser: Browser;
	let shown = '';
	const server = createServer((_request, response) => {
		response.setHeader('content-type', 'text/html; charset=utf-8');
		response.end(shown);
	});
	beforeAll(async () => {
		browser = await openBrowser();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	}, 60_000);
	afterAll(async () => {
		await browser.close();
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});

	it.each(Object.entries(pages))(
		'%s: axe finds nothing, nothing is asked of others, and it fits a phone',
		async (_name, make) => {
			shown = await make();
			const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
			for (const window of windows) {
				const { page: opened, asked } = await look(browser, url, window);
				const width = await opened.evaluate<number>('document.documentElement.scrollWidth');
				const found = await axeFindings(opened);
				await opened.context().close();
				expect([window, found]).toEqual([window, []]);
				expect(asked.filter((one) => !one.startsWith(url))).toEqual([]);
				expect(width).toBeLessThanOrEqual(window.width);
			}
			// On paper: light whatever the reader's colours are, and nothing is wider than the sheet between its margins.
			const { page: printed } = await look(browser, url, { scheme: 'dark', width: 690, height: 900 });
			await printed.emulateMedia({ media: 'print', colorScheme: 'dark' });
			const sheet = await printed.evaluate<{ paper: string; width: number }>(
				`({ paper: getComputedStyle(document.body).backgroundColor, width: document.documentElement.scrollWidth })`,
			);
			await printed.context().close();
			expect(sheet.paper).toBe('rgb(255, 255, 255)');
			expect(sheet.width).toBeLessThanOrEqual(690);
		},
		60_000,
	);
});
