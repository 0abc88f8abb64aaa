import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { axeFindings, look, openBrowser, placesOf } from '../../testbed/browser/plain';
import { eventsLogin } from '../../testbed/credentials';
import { configIn, withConfig } from '../../testbed/graph';
import { listExecutions } from '../../testbed/n8n/executions';
import { packageRoot } from '../../testbed/n8n/paths';
import { record } from '../../testbed/n8n/session';
import { publishWorkflow, saveWorkflow, unpublishWorkflow } from '../../testbed/n8n/workflows';
import { sandboxToken } from '../../testbed/standins';
import type { Tale } from '../../testbed/tale';
import { addContacts } from '../crash/world';
import { Stage } from '../one-change/stage';
import { stories } from '../one-change/stories';
import { spineWorkflow } from '../one-change/furnish';
import { type OneChangeWorld, startOneChangeWorld } from '../one-change/world';
import { questions } from './pages';

/** One promise, judged. */
interface Judged {
	readonly text: string;
	readonly violations: readonly string[];
}

/** One thing that was broken, and how soon the page said so. */
export interface Trouble {
	readonly deed: string;
	readonly seconds: number;
	readonly sentence: string;
}

/** What came of the play. */
export interface Told {
	readonly n8n: string;
	readonly troubles: readonly Trouble[];
	readonly promises: readonly Judged[];
}

const login = { username: eventsLogin.user, password: eventsLogin.password };
const authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
const pictures = join(packageRoot, 'docs', 'images', 'desk');

/** Longest that the page may take to say what is wrong, in seconds. */
const MOST = 60;

class Play {
	readonly troubles: Trouble[] = [];
	readonly promises: Judged[] = [];

	constructor(
		private readonly world: OneChangeWorld,
		private readonly browser: Browser,
		private readonly tale: Tale,
	) {}

	private get address(): string {
		return `${this.world.n8n.url}/webhook/desk`;
	}

	promise(text: string, violations: readonly string[]): void {
		this.promises.push({ text, violations });
		this.tale.promise(text, violations);
	}

	holds(text: string, kept: boolean, otherwise: string): void {
		this.promise(text, kept ? [] : [otherwise]);
	}

	async page(query = ''): Promise<{ status: number; body: string; headers: Headers }> {
		const answer = await fetch(`${this.address}${query}`, { headers: { authorization } });
		return { status: answer.status, body: await answer.text(), headers: answer.headers };
	}

	/** Does something, and waits until the page names the alarm. */
	async until(deed: string, alarm: string, act: () => Promise<void>): Promise<void> {
		await act();
		const from = performance.now();
		for (;;) {
			const { body } = await this.page();
			const seconds = (performance.now() - from) / 1000;
			const told = new RegExp(`data-alarm="${alarm}"[^>]*>\\s*<p>(.*?)</p>`, 's').exec(body)?.[1];
			if (told !== undefined) {
				const sentence = told
					.replace(/<[^>]+>/g, '')
					.replace(/\s+/g, ' ')
					.trim();
				this.troubles.push({ deed, seconds, sentence });
				this.promise(
					`${deed}: the page says it within a minute (${seconds.toFixed(0)} s)`,
					seconds <= MOST ? [] : [`${seconds} s`],
				);
				return;
			}
			if (seconds > 2 * MOST) {
				this.promise(`${deed}: the page says it within a minute`, [`not after ${seconds.toFixed(0)} s`]);
				return;
			}
			await sleep(1_000);
		}
	}

	/** The figures as Prometheus reads them. */
	async figures(): Promise<{ status: number; text: string }> {
		const answer = await fetch(`${this.world.n8n.url}/webhook/desk-metrics`, { headers: { authorization } });
		return { status: answer.status, text: await answer.text() };
	}

	/** A run in which most failed, which n8n calls a success: in the figures, and on its execution. */
	async failedRun(): Promise<void> {
		const figure = /release_gate_failed_runs\{spine="content-delivery"\} [1-9]/;
		let seen = '';
		for (const giveUpAt = Date.now() + 3 * MOST * 1000; Date.now() < giveUpAt && !figure.test(seen);) {
			await sleep(2_000);
			seen = (await this.figures()).text;
		}
		this.holds(
			'a run in which most failed is a figure, though n8n calls it a success',
			figure.test(seen),
			/release_gate_failed_runs.*/.exec(seen)?.[0] ?? 'there is no such figure',
		);
		this.holds(
			'the figures say how many calls HubSpot had left',
			/release_gate_calls_left\{target="HubSpot",account="[0-9a-f]{8}",window="day"\} \d+/.test(seen),
			/release_gate_calls.*/.exec(seen)?.[0] ?? 'there is no such figure',
		);
		const { session } = this.world.n8n;
		const said: string[] = [];
		for (const { id, status } of (await listExecutions(session, spineWorkflow)).slice(0, 5)) {
			const { customData } = record((await session.call('GET', `/rest/executions/${id}`)).data);
			const { outcome } = record(customData);
			if (typeof outcome === 'string') said.push(`${status}: ${outcome}`);
		}
		const told = said.find((line) => /failed: /.test(line));
		if (told !== undefined) this.tale.say(`Its execution says “${told}”`);
		this.holds(
			'its execution is a success and says in one sentence what failed',
			told?.startsWith('success: ') === true,
			said.join(' | ') || 'no execution says anything',
		);
	}

	/** The page as n8n serves it, in its sandbox, by mouse and keyboard. */
	async handle(): Promise<void> {
		const { headers } = await this.page();
		this.holds(
			'n8n puts the page into a sandbox without origin',
			/sandbox/.test(headers.get('content-security-policy') ?? '') &&
				!/allow-same-origin/.test(headers.get('content-security-policy') ?? ''),
			String(headers.get('content-security-policy')),
		);
		const stranger = await fetch(this.address);
		this.holds('nobody reads it without the login', stranger.status === 401, String(stranger.status));
		const window = { scheme: 'light', width: 1280, height: 800, login, asServed: true } as const;
		const { page, asked } = await look(this.browser, this.address, window);
		const at = (): Promise<string | null> => page.locator('header time').first().getAttribute('datetime');
		const before = await at();
		const loads = asked.length;
		for (const giveUpAt = Date.now() + 60_000; asked.length === loads && Date.now() < giveUpAt;)
			await sleep(500);
		await page.waitForLoadState('load');
		this.holds('the page reads itself again', (await at()) !== before, 'it did not within a minute');
		await page.locator('input[name=q]').fill(this.world.contacts[0] ?? '');
		await page.locator('form button').click();
		await page.locator('#found').waitFor({ timeout: 30_000 });
		const found = (await page.locator('main').textContent()) ?? '';
		this.holds('the search finds a recipient', found.includes(`content-delivery, slot`), found.slice(0, 300));
		const own = new URL(this.address).origin;
		const outside = asked.filter((url) => !url.startsWith(own));
		this.promise('it asks nobody else for anything', outside);
		await page.goto(this.address);
		await page.getByRole('link', { name: 'Pause' }).first().click();
		await page.waitForLoadState('load');
		this.holds(
			'its links lead to forms that ask who is signed in',
			/signin|oauth/.test(page.url()),
			page.url(),
		);
		await page.context().close();
	}

	/** Pictures, axe and the five questions, in each window. */
	async show(scene: string): Promise<void> {
		mkdirSync(pictures, { recursive: true });
		for (const [name, scheme, width, height] of [
			['wide-light', 'light', 1280, 800],
			['wide-dark', 'dark', 1280, 800],
			['phone-light', 'light', 390, 844],
		] as const) {
			const { page } = await look(this.browser, this.address, { scheme, width, height, login });
			await page.screenshot({ path: join(pictures, `n8n-${scene}-${name}.png`), fullPage: width > 390 });
			const { bottoms, tooWide } = await placesOf(page, questions);
			const end = Math.max(...bottoms);
			this.holds(
				`${scene}, ${name}: the five answers stand on the first screen (${end} of ${height} px)`,
				end <= height && !tooWide,
				`they end at ${end} px${tooWide ? ', and the page is too wide' : ''}`,
			);
			this.promise(`${scene}, ${name}: axe finds nothing`, await axeFindings(page));
			await page.context().close();
		}
	}
}

/** Plays it: a release through the forms, then one thing broken after the other. */
export async function playDesk(tale: Tale): Promise<Told> {
	const world = await startOneChangeWorld(12);
	const browser = await openBrowser();
	// What is promised of a release has a scenario of its own: here it is only told.
	const stage = new Stage(world, {
		act: (title) => tale.act(title),
		say: (line) => tale.say(line),
		promise: (text) => tale.say(text),
	});
	try {
		const { n8n, standIns, clock } = world;
		const play = new Play(world, browser, tale);
		// Limits that are never reached, so that HubSpot says in its answers how many calls are left.
		standIns.hubspot.admin.setLimits({ per10Seconds: 100_000, searchPerSecond: 100_000, perDay: 650_000 });
		for (const id of ['desk', 'act-on-a-spine', 'reconcile']) await publishWorkflow(n8n.session, id);
		tale.act('A change goes through the gate');
		const prompt = stories.find(({ id }) => id === 'prompt');
		if (prompt === undefined) throw new Error('There is no story of a prompt.');
		await prompt
			.play(stage)
			.catch((problem: unknown) => tale.say(`The story ended early: ${String(problem)}`));
		tale.act('The desk when nothing is wrong');
		const calm = await play.page();
		play.holds('the page is served', calm.status === 200, `${calm.status}: ${calm.body.slice(0, 300)}`);
		play.promise(
			'it calls nothing wrong',
			[...calm.body.matchAll(/class="alarm trouble" data-alarm="([^"]+)"/g)].map(([, id]) => id ?? ''),
		);
		await play.show('calm');
		await play.handle();
		tale.act('One thing broken after the other');
		const released = configIn(await world.draft(), 'prompt');
		await play.until('somebody presses Publish beside the gate', 'ungated', async () => {
			await world.edit((graph) => withConfig(graph, 'prompt', 'Write what you like.'));
			await publishWorkflow(n8n.session, spineWorkflow);
		});
		const { published } = await world.versions();
		tale.say(`Version ${published} is published; the spine's workflow is taken out of service.`);
		await play.until('the schedule is dead: the workflow is unpublished', 'unpublished', async () =>
			unpublishWorkflow(n8n.session, spineWorkflow),
		);
		await play.until('the generator is down', 'failing', async () => {
			await world.edit((graph) => withConfig(graph, 'prompt', released));
			// Published with it: the template keeps no good runs, and this one is looked at in n8n's own list.
			const draft = await world.draft();
			const settings = { ...draft.settings, saveDataSuccessExecution: 'all' };
			await saveWorkflow(n8n.session, { ...draft, settings });
			await publishWorkflow(n8n.session, spineWorkflow);
			addContacts(standIns, 500, 12, clock.now());
			standIns.generator.admin.fault('outage', { times: Infinity });
			await world.passSlot();
		});
		await play.failedRun();
		standIns.generator.admin.clearFaults();
		await play.until('the HubSpot token is revoked', 'contacts-unread', async () => {
			standIns.hubspot.admin.tokens.revoke(sandboxToken);
			await world.passSlot();
		});
		await play.show('trouble');
		const { status, text } = await play.figures();
		play.holds(
			'the metrics are served to Prometheus',
			status === 200 && text.includes('release_gate_slot_deliveries'),
			`${status}: ${text.slice(0, 200)}`,
		);
		const settings = (await n8n.session.call('GET', '/rest/settings')).data as { versionCli?: string };
		return { n8n: settings.versionCli ?? 'unknown', troubles: play.troubles, promises: play.promises };
	} finally {
		await stage.close();
		await browser.close();
		await world.close();
	}
}
