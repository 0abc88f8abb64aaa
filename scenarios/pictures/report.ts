import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { plotter } from '../../adapters/plots/echarts';
import { openSqliteLedger } from '../../adapters/sqlite';
import { parseCadence, slotByIndex } from '../../core/delivery/cadence';
import { parseSpineSettings } from '../../core/delivery/spine';
import { gatherReport } from '../../app/report/gather';
import { reportHtml } from '../../app/report/html';
import { openRelease } from '../../app/release';
import { readOutside } from '../../core/stability/outside';
import { assessSubject } from '../../app/watch';
import { packageRoot } from '../../testbed/n8n/paths';

const SPINE = 'content-delivery';
const HOUR = 3_600_000;
const images = join(packageRoot, 'docs', 'images');
const cadence = { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC', window: 'P1D' };

/** Pictures of one report, light, dark and narrow: a release that missed two deliveries in its third slot. */
async function main(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'report-'));
	const parsed = parseCadence(cadence);
	let clock = slotByIndex(parsed, 0).opensAt;
	const ledger = await openSqliteLedger({ file: join(folder, 'ledger.sqlite'), clock: () => clock });
	const directory = { eligibleIds: async function* () {} } as never;
	const ports = { ledger, directory, now: () => clock, by: 'Stabilization monitor' };
	const serve = async (index: number, leave: number): Promise<void> => {
		const { id: slot, opensAt, closesAt } = slotByIndex(parsed, index);
		clock = opensAt + HOUR;
		const refs = Array.from({ length: 60 }, (_, at) => ({
			spine: SPINE,
			space: 'live' as const,
			slot,
			recipient: String(1000 + at),
		}));
		await ledger.deliveries.register(
			refs.map((ref) => ({ ref, opensAt, closesAt, cadenceIndex: index, input: { id: ref.recipient } })),
		);
		const served = refs.slice(leave);
		const claims = await ledger.deliveries.claim(
			served.map((ref) => ({ ref })),
			'picture',
		);
		const tokens = served.map((ref, at) => ({
			ref,
			token: claims[at]?.status === 'granted' ? claims[at].token : 0,
		}));
		await ledger.deliveries.confirm(tokens);
		await ledger.deliveries.commit(
			tokens.map((token) => ({
				...token,
				provider: 'postmark',
				providerMessageId: `${index}-${token.ref.recipient}`,
			})),
		);
	};
	const look = async (): Promise<unknown> => await assessSubject(ports, SPINE, readOutside([], clock));
	try {
		await ledger.spines.configure(parseSpineSettings({ spine: SPINE, cadence, mode: 'live' }), 'picture');
		for (let index = 0; index < 6; index += 1) await serve(index, 0);
		const manifest = {
			id: 'warmer-opening-line',
			title: 'Warmer opening line',
			subject: SPINE,
			kind: 'regular',
			version: 'v1.4.0',
			requestedBy: 'Rita Requester',
			changes: [
				{
					id: 'c-1',
					title: 'Warmer opening line',
					kind: 'improvement',
					surfaces: ['prompts'],
					author: 'Ann Author',
				},
			],
			rollbackPlan: 'Publish the captured workflow version and restore the captured values.',
			rollbackSteps: ['pause', 'publish the captured version', 'resume'],
		};
		const { release } = await openRelease(ports, manifest, 'Rita Requester');
		const steps = ['prepared', 'approved', 'deploying', 'monitoring'] as const;
		const history = [
			...release.body.history,
			...steps.map((stage, at) => ({ stage, at: clock + (at + 1) * 600_000, by: 'Rita Requester' })),
		];
		const body = JSON.parse(
			JSON.stringify({ ...release.body, stage: 'monitoring', history, shippedAt: clock + 1_800_000 }),
		) as never;
		await ledger.records.write(
			[
				{
					kind: 'release',
					id: release.id,
					spine: SPINE,
					parent: null,
					body,
					expectedRevision: release.revision,
				},
			],
			[],
		);
		clock += HOUR;
		await look();
		await serve(6, 0);
		await look();
		clock = slotByIndex(parsed, 6).closesAt - HOUR;
		await look();
		await serve(7, 2);
		clock = slotByIndex(parsed, 7).closesAt + HOUR;
		await look();
		const file = join(folder, 'report.html');
		writeFileSync(file, reportHtml(await gatherReport(ports, release.id), plotter));
		const browser = await chromium.launch({
			executablePath: process.env.RG_CHROMIUM ?? '/usr/bin/chromium',
			args: ['--no-sandbox', '--disable-gpu'],
		});
		for (const [name, width, colorScheme] of [
			['light', 1100, 'light'],
			['dark', 1100, 'dark'],
			['narrow', 390, 'light'],
		] as const) {
			const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
			await page.goto(`file://${file}`);
			const wide = await page.evaluate(
				'document.documentElement.scrollWidth > document.documentElement.clientWidth',
			);
			if (wide === true) throw new Error(`The page is wider than the ${name} window.`);
			await page.screenshot({ path: join(images, `report-${name}.png`), fullPage: true });
		}
		await browser.close();
	} finally {
		await ledger.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

void main();
