import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { serveDesk } from '../../cli/commands/desk';
import type { DeskLinks } from '../../app/desk';
import { axeFindings, look, openBrowser, placesOf } from '../../testbed/browser/plain';
import { sqliteHouse } from '../../testbed/databases/ledgers';
import { playCalm, playTrouble, type SceneWorld } from '../../testbed/desk/scene';
import { packageRoot } from '../../testbed/n8n/paths';

/** One page as one kind of window shows it. */
export interface Looked {
	readonly scene: string;
	readonly window: string;
	/** Where the answer to the last of the five questions ends, of how many pixels. */
	readonly answersEnd: number;
	readonly height: number;
	/** What axe-core found; nothing is clean. */
	readonly axe: readonly string[];
	/** Addresses beside the page's own that it asked for. */
	readonly outside: readonly string[];
	readonly tooWide: boolean;
}

const windows = [
	{ name: 'light, 1280 by 800', scheme: 'light', width: 1280, height: 800 },
	{ name: 'dark, 1280 by 800', scheme: 'dark', width: 1280, height: 800 },
	{ name: 'phone, 390 by 844', scheme: 'light', width: 390, height: 844 },
	{ name: 'phone, dark', scheme: 'dark', width: 390, height: 844 },
] as const;

const links: DeskLinks = {
	forms: {
		act: '/form/act-on-a-spine',
		approve: '/form/approve-a-change',
		release: '/form/release-a-change',
		rollBack: '/form/roll-back-a-release',
	},
	report: '/webhook/release-report',
	self: '/',
};

/** The five questions, by their answers' ids. */
export const questions = ['live', 'stuck', 'held', 'act', 'back'].map((id) => `answer-${id}`);

const pictures = join(packageRoot, 'docs', 'images', 'desk');

const scenes: readonly (readonly [string, string, (world: SceneWorld) => Promise<void>])[] = [
	['calm', '/', playCalm],
	['trouble', '/', playTrouble],
	['search', '/?q=content-delivery+2026-11-06+held', playTrouble],
];

/** Looks at the desk over a made-up ledger in each window, with and without trouble. */
export async function lookAtPages(): Promise<readonly Looked[]> {
	mkdirSync(pictures, { recursive: true });
	const browser = await openBrowser();
	const seen: Looked[] = [];
	try {
		for (const [scene, path, play] of scenes) {
			const clock = { at: 0 };
			const house = await sqliteHouse(clock);
			const ledger = await house.open();
			await play({ ledger, clock });
			const server = await serveDesk(ledger, 0, links, () => clock.at);
			const origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
			try {
				for (const { name, ...window } of windows) {
					const { page, asked } = await look(browser, `${origin}${path}`, window);
					const { bottoms, tooWide } = await placesOf(page, questions);
					const file = `${scene}-${window.width === 390 ? 'phone' : 'wide'}-${window.scheme}.png`;
					await page.screenshot({ path: join(pictures, file), fullPage: window.width > 390 });
					seen.push({
						scene,
						window: name,
						answersEnd: Math.max(...bottoms),
						height: window.height,
						axe: await axeFindings(page),
						outside: asked.filter((url) => !url.startsWith(origin)),
						tooWide,
					});
					await page.context().close();
				}
			} finally {
				server.close();
				await house.close();
			}
		}
	} finally {
		await browser.close();
	}
	return seen;
}
