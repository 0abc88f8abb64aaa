import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../../core/delivery/canonical';
import { artifactHashes } from '../../core/release/manifest';
import type { Decision, GateInput } from '../../core/release/decision';
import { runCommand } from '../support/cli';
import { manifestFor, preset, shippable } from '../support/release';

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'check-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: unknown): string => {
	const path = join(folder, name);
	writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
	return path;
};

/** The passing release with its times moved to now, as the command has no other clock. */
const current = (input: GateInput) => {
	const shift = <T extends { at: number }>(entry: T): T => ({ ...entry, at: Date.now() - 1_000 });
	const { facts } = input;
	return {
		manifest: input.manifest,
		evidence: input.evidence.map(shift),
		approvals: input.approvals.map(shift),
		facts: {
			...facts,
			apiCallsLeft: facts.apiCallsLeft && shift(facts.apiCallsLeft),
			newContactsLastHour: facts.newContactsLastHour && shift(facts.newContactsLastHour),
			openDeliveries: facts.openDeliveries && shift(facts.openDeliveries),
			errorBudget: facts.errorBudget && shift(facts.errorBudget),
			vendors: Object.fromEntries(
				Object.entries(facts.vendors ?? {}).map(([vendor, reading]) => [vendor, shift(reading)]),
			),
			nextSlotOpensAt: Date.now() + 86_400_000,
			lastStabilityCheckAt: Date.now() - 1_000,
		},
	};
};

const quiet = preset('quiet-content-delivery');
const weekly = preset('weekly-software-release');

describe('check', () => {
	it('exits with 0 and says why when everything is known', async () => {
		const { code, out, err } = await runCommand(
			'check',
			file('good.json', current(shippable(quiet))),
			'--policy',
			'quiet-content-delivery',
		);
		expect({ code, err }).toEqual({ code: 0, err: '' });
		expect(out).toMatch(/^Ship: all \d+ checks stand under quiet-content-delivery/);
	});

	it('exits with 1 and lists every open check with its remedy', async () => {
		const bare = { manifest: manifestFor(quiet) };
		const { code, out } = await runCommand(
			'check',
			file('bare.json', bare),
			'--policy',
			'quiet-content-delivery',
		);
		expect(code).toBe(1);
		expect(out).toMatch(/^Held: /);
		expect(out).toContain('Run the snapshot-and-drill template');
		expect(out.match(/UNKNOWN/g)?.length).toBeGreaterThan(20);
	});

	it('lets no file weaken the policy that judges it, and names each place', async () => {
		const release = {
			manifest: manifestFor(quiet),
			policy: { kinds: { regular: { maySkip: quiet.checks.map(({ id }) => id) } } },
		};
		const args = [file('weak.json', release), '--policy', 'quiet-content-delivery'];
		const refused = await runCommand('check', ...args);
		expect(refused.code).toBe(1);
		expect(refused.err).toMatch(/asks for less than the policy in 1 places?: kinds\.regular\.maySkip/);
		const allowed = await runCommand('check', ...args, '--allow-overrides');
		expect(allowed.out).toContain('Weaker than the policy: kinds.regular.maySkip');
	});

	it('prints the decision as JSON, with what the file changes in the policy', async () => {
		const release = { ...current(shippable(quiet)), policy: { drill: { maxDuration: 'PT2M' } } };
		const { code, out } = await runCommand(
			'check',
			file('j.json', release),
			'--policy',
			'quiet-content-delivery',
			'--json',
		);
		expect(code).toBe(0);
		expect(JSON.parse(out)).toMatchObject({
			decision: 'ship',
			policyDifferences: [{ path: 'drill.maxDuration', from: '"PT5M"', to: '"PT2M"' }],
		});
	});

	it('lints migrations and binds the answer to their hash', async () => {
		const run = async (sql: string) => {
			const manifest = manifestFor(weekly, { artifacts: { sql: sha256(sql) } });
			expect(artifactHashes(manifest).sql).toBe(sha256(sql));
			const args = ['--policy', 'weekly-software-release', '--sql', file('m.sql', sql), '--json'];
			const { out } = await runCommand('check', file('w.json', { manifest }), ...args);
			const { checks, classification } = JSON.parse(out) as Decision;
			expect(classification.surfaces).toContain('database');
			return checks.find(({ id }) => id === 'migrations-additive');
		};
		expect(await run('ALTER TABLE users ADD COLUMN a text;')).toMatchObject({ status: 'pass' });
		const truncate = await run('TRUNCATE users;');
		expect(truncate).toMatchObject({ status: 'fail', evidence: { by: { machine: 'sql-lint' } } });
		expect(truncate?.reason).toContain('It empties users');
	});

	it('counts an answer about other SQL than the manifest names as unknown', async () => {
		const manifest = manifestFor(weekly, { artifacts: { sql: '1'.repeat(64) } });
		const args = ['--policy', weekly.name, '--sql', file('o.sql', 'SELECT 1;'), '--json'];
		const { out } = await runCommand('check', file('o.json', { manifest }), ...args);
		const { checks } = JSON.parse(out) as Decision;
		expect(checks.find(({ id }) => id === 'migrations-additive')).toMatchObject({
			status: 'unknown',
			reason: expect.stringContaining('is not the one the manifest names') as unknown,
		});
	});

	it('lets a contract through when the file names the stable expansion and a count of zero', async () => {
		const sql = 'ALTER TABLE users DROP COLUMN email;';
		const manifest = manifestFor(weekly, {
			artifacts: { sql: sha256(sql) },
			migrations: [{ contracts: 'users.email', expandedBy: 'r-0', replacedBy: 'users.email_address' }],
		});
		const known = {
			expansions: [{ release: 'r-0', stage: 'closed', stable: true, expands: ['users.email_address'] }],
			reads: [{ name: 'users.email', value: 0, window: 'P7D', at: Date.now() - 1_000, source: 'Datadog' }],
		};
		const run = async (migrations: object) => {
			const args = ['--policy', weekly.name, '--sql', file('c.sql', sql), '--json'];
			const { out } = await runCommand('check', file('c.json', { manifest, migrations }), ...args);
			const { checks } = JSON.parse(out) as Decision;
			return ['migrations-additive', 'contract-expanded', 'contract-unread'].map(
				(id) => checks.find((check) => check.id === id)?.status,
			);
		};
		expect(await run(known)).toEqual(['pass', 'pass', 'pass']);
		expect(await run({ ...known, reads: [] })).toEqual(['pass', 'pass', 'unknown']);
		expect(await run({ ...known, expansions: [] })).toEqual(['pass', 'unknown', 'pass']);
		expect(await run({})).toEqual(['pass', 'unknown', 'unknown']);
	});

	it.each([
		['a file that is not there', () => join(folder, 'nothing.json'), /cannot be read \(ENOENT\)/],
		['a file that is not JSON', () => file('bad.json', '{'), /is not JSON\. Pass it whole/],
		['an unknown field', () => file('u.json', { manifest: manifestFor(quiet), tea: 1 }), /tea/],
		[
			'an unknown field of the manifest',
			() => file('v.json', { manifest: { ...manifestFor(quiet), tea: 1 } }),
			/tea/,
		],
		[
			'a manifest of 5 MB',
			() => file('big.json', { manifest: { ...manifestFor(quiet), failureMode: 'x'.repeat(5_000_000) } }),
			/The manifest holds \d+ characters; 1000000 are allowed/,
		],
		[
			'a policy that does not hold together',
			() => file('p.json', { manifest: manifestFor(quiet), policy: { checks: [{ id: 'new-one' }] } }),
			/policy has \d+ problems/,
		],
	])('exits with 2 on %s', async (_what, path, message) => {
		const { code, err } = await runCommand('check', path(), '--policy', 'quiet-content-delivery');
		expect(code).toBe(2);
		expect(err).toMatch(message);
	});

	it('reads a file that begins with a byte-order mark', async () => {
		const release = file('bom.json', `\uFEFF${JSON.stringify({ manifest: manifestFor(quiet) })}`);
		const { code } = await runCommand('check', release, '--policy', 'quiet-content-delivery');
		expect(code).toBe(1);
	});

	it('exits with 2 for a policy it does not find', async () => {
		const { code, err } = await runCommand(
			'check',
			file('q.json', { manifest: manifestFor(quiet) }),
			'--policy',
			join(folder, 'no.json'),
		);
		expect(code).toBe(2);
		expect(err).toMatch(/cannot be read/);
	});
});
