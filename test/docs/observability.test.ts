import { describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatherDesk } from '../../app/desk';
import { metricsText } from '../../core/desk/metrics';
import { sqliteHouse } from '../../testbed/databases/ledgers';
import { playTrouble } from '../../testbed/desk/scene';

const folder = join(__dirname, '..', '..', 'docs', 'observability');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const dashboard = JSON.parse(read('dashboard.json')) as {
	panels: { title: string; targets: { expr: string }[] }[];
};
const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

const source = readFileSync(join(__dirname, '..', '..', 'core', 'desk', 'metrics.ts'), 'utf8');
const families = new Set(source.match(/(?<=name: ')release_gate_\w+/g));

/** promtool of Debian's package `prometheus`; where it is not installed its tests are listed as skipped. */
const promtool = spawnSync('promtool', ['--version']).status === 0;
const withPromtool = promtool ? it : it.skip;

const run = (...args: string[]): string =>
	execFileSync('promtool', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe('alert rules and dashboard', () => {
	it('ask only for figures that there are', () => {
		const asked = [read('alerts.yml'), ...queries].flatMap((text) => text.match(/release_gate_\w+/g) ?? []);
		expect(asked.length).toBeGreaterThan(20);
		expect([...new Set(asked)].filter((name) => !families.has(name))).toEqual([]);
	});

	it('show every figure on the dashboard, but for those that only name something', () => {
		const shown = queries.join(' ');
		const missing = [...families].filter((name) => !new RegExp(`\\b${name}\\b`).test(shown));
		expect(missing.sort()).toEqual([
			'release_gate_accepted_records',
			'release_gate_calls_read_timestamp_seconds',
			'release_gate_events_unsealed',
			'release_gate_last_look_timestamp_seconds',
			'release_gate_read_timestamp_seconds',
			'release_gate_slot_claims',
			'release_gate_slot_opened_timestamp_seconds',
			'release_gate_spine_state',
		]);
	});

	withPromtool('are rules that Prometheus takes, and fire when they should and not before', () => {
		expect(run('check', 'rules', join(folder, 'alerts.yml'))).toContain('SUCCESS');
		expect(run('test', 'rules', join(folder, 'alerts.test.yml'))).toContain('SUCCESS');
	});

	withPromtool('hold queries that Prometheus takes', () => {
		const scratch = mkdtempSync(join(tmpdir(), 'rg-promtool-'));
		try {
			const rules = queries.map((expr, at) => ({
				record: `panel:${at}`,
				expr: expr.replaceAll('$spine', '.*'),
			}));
			const file = join(scratch, 'panels.yml');
			// JSON is YAML.
			writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
			expect(run('check', 'rules', file)).toContain(`${queries.length} rules found`);
		} finally {
			rmSync(scratch, { recursive: true, force: true });
		}
	});

	withPromtool(
		'count by figures that promtool finds nothing to say of',
		async () => {
			const clock = { at: 0 };
			const house = await sqliteHouse(clock);
			try {
				const ledger = await house.open();
				await playTrouble({ ledger, clock });
				const text = metricsText(await gatherDesk({ ledger, now: () => clock.at, workflows: null }));
				const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
				expect([checked.status, checked.stdout, checked.stderr]).toEqual([0, '', '']);
			} finally {
				await house.close();
			}
		},
		60_000,
	);
});
