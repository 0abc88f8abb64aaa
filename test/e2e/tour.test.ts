import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { OneChangeReader } from '../../scenarios/one-change/reader';
import { Walker } from '../../scenarios/one-change/walker';
import { openTour, type Tour } from '../../scenarios/tour/sandbox';
import { buildIfStale } from '../../testbed/build';
import { openEditor, type Editor } from '../../testbed/browser/browser';
import { openCanvas, runOnCanvas } from '../../testbed/browser/canvas';
import { configIn, withConfig } from '../../testbed/graph';
import { engineer, lead, type Person } from '../../testbed/n8n/people';
import { isSandboxInstalled } from '../../testbed/n8n/paths';

const wanted = process.env.RG_E2E === '1';
if (!wanted || !isSandboxInstalled())
	console.warn(
		`SKIPPED: the tour of npm start, in a real browser. ${
			wanted ? 'Install it: node scripts/ensure.mjs --n8n' : 'Set RG_E2E=1 to run it.'
		}`,
	);

const minute = 60_000;
const readers = 80;

/** What the front page of `npm start` promises, done as it says. */
(wanted && isSandboxInstalled() ? describe : describe.skip)('the three things to try', () => {
	let tour: Tour;
	let editor: Editor;
	let front: Page;
	const open: (() => Promise<void>)[] = [];

	beforeAll(async () => {
		buildIfStale();
		tour = await openTour(readers);
		open.push(() => tour.close());
		editor = await openEditor(tour.world.n8n.url, 'light', 1400, 900);
		open.push(() => editor.close());
		front = await editor.context.newPage();
		await front.goto(tour.front.url);
		if (process.env.RG_PICTURES !== undefined)
			await front.screenshot({ path: join(process.env.RG_PICTURES, 'tour.png'), fullPage: true });
	}, 10 * minute);
	afterAll(async () => {
		for (const close of open.reverse()) await close();
	}, 2 * minute);

	const mails = () => tour.world.standIns.postmark.admin.received();
	const nextSlot = async (): Promise<string> => {
		await front.getByRole('button', { name: 'Let the next slot come' }).click({ timeout: 5 * minute });
		await front.waitForLoadState('load', { timeout: 5 * minute });
		return await front.getByRole('status').innerText();
	};
	const as = async (person: Person): Promise<Walker> => {
		const walker = await Walker.signIn(tour.world.n8n.url, person, () => null);
		open.push(() => walker.close());
		return walker;
	};
	const desk = async (): Promise<string> => {
		const page = await editor.context.newPage();
		await page.setExtraHTTPHeaders({
			authorization: `Basic ${Buffer.from('postmark:stand-in').toString('base64')}`,
		});
		await page.goto(`${tour.world.n8n.url}/webhook/desk`);
		const text = await page.locator('body').innerText();
		await page.close();
		return text;
	};

	it(
		'1: a slot sends one email to each, and a run by hand nothing more',
		async () => {
			expect(await nextSlot()).toContain(`${readers} emails left`);
			const before = mails().length;
			const page = await openCanvas(editor, 'content-delivery-spine');
			await runOnCanvas(page, 'Check Every 15 Minutes', 3 * minute);
			await page.close();
			expect(mails()).toHaveLength(before);
		},
		8 * minute,
	);

	it(
		'2: a paused slot is missed and stays missed; the desk says by whom, and the next one serves everybody',
		async () => {
			const walker = await as(lead);
			const act = async (action: 'Pause' | 'Resume', done: string): Promise<void> => {
				const link = await front
					.getByRole('link', { name: action === 'Pause' ? 'Pause the spine' : 'resume it' })
					.getAttribute('href');
				await walker.at(link ?? '', 'Why?', async (page) => {
					await walker.write(page, 'Why?', `To see what ${action} does`);
					await page.getByRole('button').last().click();
					await page.getByText(done).first().waitFor({ timeout: minute });
				});
			};
			await act('Pause', 'It is paused');
			expect(await nextSlot()).toContain('0 emails left');
			const text = await desk();
			expect(text).toContain(`${lead.firstName} ${lead.lastName}`);
			expect(text).toContain('To see what Pause does');
			await act('Resume', 'It is resumed');
			expect(await nextSlot()).toContain(`${readers} emails left`);
			const times = new Map<string, number>();
			for (const { to } of mails()) times.set(to, (times.get(to) ?? 0) + 1);
			expect(new Set(times.values()).size).toBe(1);
		},
		10 * minute,
	);

	it(
		'3: a changed prompt is live with the lead’s word, and goes back by one form',
		async () => {
			const [from, to] = ['one short, useful email', 'one short, warm email'] as const;
			await tour.world.edit((graph) =>
				withConfig(graph, 'prompt', configIn(graph, 'prompt').replace(from, to)),
			);
			const before = await tour.world.versions();
			const asker = await as(engineer);
			const asked = await asker.release({ change: 'Warmer opening line\nReaders found it cold' });
			expect(asked.asked?.text).toContain(to);
			expect((await tour.world.versions()).published).toBe(before.published);
			expect(asked.link).not.toBeNull();
			const { end } = await (await as(lead)).approve(asked.link ?? '');
			expect(end).toContain('It is live');
			expect((await tour.world.versions()).published).toBe(before.draft);
			expect(await nextSlot()).toContain(`${readers} emails left`);
			expect(await desk()).toContain('Warmer opening line');
			const { end: back } = await asker.rollBack('It reads worse');
			expect(back).toContain('It is rolled back');
			const reader = new OneChangeReader(tour.world.ledgerFile, tour.world.clock.now);
			expect((await reader.newest())?.body.stage).toBe('rolled-back');
		},
		10 * minute,
	);
});
