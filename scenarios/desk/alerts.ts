import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveDesk } from '../../cli/commands/desk';
import { openSqliteLedger, readSqliteLedger } from '../../adapters/sqlite';
import { parseCadence, slotAt } from '../../core/delivery/cadence';
import { parseSpineSettings } from '../../core/delivery/spine';
import { packageRoot } from '../../testbed/n8n/paths';
import { drawDashboard, type Drawn } from './dashboard';

/** What came of it. */
export interface Fired {
	readonly prometheus: string;
	/** Alerts that fired while the spine was served; there should be none. */
	readonly before: readonly string[];
	/** Seconds from the end of the missed slot until Prometheus said that the alert fires. */
	readonly seconds: number;
	readonly alert: string;
	readonly summary: string;
	/** The dashboard, drawn when the alert fired. */
	readonly dashboard: Drawn;
}

/** Whether Prometheus is installed (Debian's package `prometheus`). */
export const hasPrometheus = (): boolean => spawnSync('prometheus', ['--version']).status === 0;

const spine = 'minutely';
const cadence = { every: 'PT1M', anchor: '2026-01-01T00:00', timeZone: 'UTC', window: 'PT40S' };
const parsed = parseCadence(cadence);
const noLinks = {
	forms: { act: null, approve: null, release: null, rollBack: null },
	report: null,
	self: '/',
};

interface Alert {
	readonly labels: Readonly<Record<string, string>>;
	readonly annotations: Readonly<Record<string, string>>;
	readonly state: string;
}

async function firing(port: number): Promise<readonly Alert[]> {
	const answer = await fetch(`http://127.0.0.1:${port}/api/v1/alerts`);
	const { data } = (await answer.json()) as { data: { alerts: readonly Alert[] } };
	return data.alerts.filter(({ state }) => state === 'firing');
}

/** The next slot that opens; waits for it. */
async function nextOpen(): Promise<{ id: string; index: number; opensAt: number; closesAt: number }> {
	const before = slotAt(parsed, Date.now())?.id;
	for (;;) {
		const slot = slotAt(parsed, Date.now());
		if (slot !== null && slot.id !== before) return slot;
		await sleep(100);
	}
}

/**
 * A spine with a slot each minute, served once and then by nobody, the desk beside it, and a real Prometheus with the rules
 * as they are shipped: the missed slot fires.
 */
export async function missASlot(say: (line: string) => void): Promise<Fired> {
	const folder = mkdtempSync(join(tmpdir(), 'rg-prometheus-'));
	const file = join(folder, 'ledger.sqlite');
	const ledger = await openSqliteLedger({ file, clock: Date.now });
	await ledger.spines.configure(parseSpineSettings({ spine, cadence, mode: 'live' }), 'scenario');
	const read = await readSqliteLedger({ file, clock: Date.now });
	const server = await serveDesk(read, 0, noLinks);
	const { port } = server.address() as { port: number };
	// Next to a port that was free a moment ago; Prometheus takes no 0.
	const own = port === 65_535 ? port - 1 : port + 1;
	writeFileSync(
		join(folder, 'prometheus.yml'),
		JSON.stringify({
			global: { scrape_interval: '2s', evaluation_interval: '2s' },
			rule_files: [join(packageRoot, 'docs', 'observability', 'alerts.yml')],
			scrape_configs: [{ job_name: 'desk', static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
		}),
	);
	const slot = await nextOpen();
	const ref = { spine, space: 'live' as const, slot: slot.id, recipient: '1' };
	await ledger.deliveries.register([
		{ ref, opensAt: slot.opensAt, closesAt: slot.closesAt, cadenceIndex: slot.index, input: {} },
	]);
	const [claim] = await ledger.deliveries.claim([{ ref }], 'scenario');
	const token = { ref, token: claim?.status === 'granted' ? claim.token : 0 };
	await ledger.deliveries.confirm([token]);
	await ledger.deliveries.commit([{ ...token, provider: 'postmark', providerMessageId: 'm-1' }]);
	say(`Slot ${slot.id} was served; from now on nobody asks.`);
	const process = spawn(
		'prometheus',
		[
			`--config.file=${join(folder, 'prometheus.yml')}`,
			`--storage.tsdb.path=${join(folder, 'data')}`,
			`--web.listen-address=127.0.0.1:${own}`,
		],
		{ stdio: 'ignore' },
	);
	try {
		const missedAt = slot.closesAt + 60_000;
		await sleep(Math.max(0, slot.closesAt + 5_000 - Date.now()));
		const before = (await firing(own)).map(({ labels }) => labels.alertname ?? '');
		say(
			`After its end Prometheus fires ${before.length} alerts; the next slot ends at ${new Date(missedAt).toISOString()}.`,
		);
		for (const giveUpAt = missedAt + 60_000; Date.now() < giveUpAt; await sleep(250)) {
			const found = (await firing(own)).find(({ labels }) => labels.alertname === 'ReleaseGateSlotMissed');
			if (found === undefined) continue;
			const seconds = Math.round((Date.now() - missedAt) / 100) / 10;
			return {
				prometheus: spawnSync('prometheus', ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0] ?? '',
				before,
				seconds,
				alert: found.labels.alertname ?? '',
				summary: found.annotations.summary ?? '',
				dashboard: await drawDashboard(`http://127.0.0.1:${own}`),
			};
		}
		throw new Error('The alert did not fire within a minute after the slot ended.');
	} finally {
		process.kill();
		server.close();
		await read.close();
		await ledger.close();
		rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
	}
}
