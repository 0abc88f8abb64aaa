import { plain } from '../../core/delivery/json';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { postgresParser } from '../../adapters/sql/parser';
import { sha256 } from '../../core/delivery/canonical';
import type { Ledger } from '../../app/ledger/api';
import { checksFor } from '../../core/release/checks';
import { flagsHash, flagsReport } from '../../core/rollout/report';
import { lintSql } from '../../app/release/lint-sql';
import { artifactHashes } from '../../core/release/manifest';
import type { Check } from '../../core/release/policy/schema';
import {
	evaluateStored,
	knownRelease,
	openRelease,
	promoteRelease,
	recordAnswer,
	recordApproval,
	recordReads,
	recordReport,
	reportingMachines,
	setPolicy,
	type ServicePorts,
} from '../../app/release';
import type { Stage } from '../../core/release/stages';
import { FRIDAY, manifestFor, personOf, preset } from '../support/release';
import { type LedgerHouse, stores, type TestClock } from '../../testbed/databases/ledgers';

const weekly = preset('weekly-software-release');
const subject = 'roleferry';
const by = 'test';
const hour = 3_600_000;
const week = 7 * 24 * hour;

const expand = `-- Running upgrade 1a2b -> 3c4d
ALTER TABLE users ADD COLUMN email_address TEXT;
UPDATE users SET email_address = email;
CREATE FUNCTION users_sync() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.email_address := NEW.email; RETURN NEW; END $$;
CREATE TRIGGER users_sync BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION users_sync();
UPDATE alembic_version SET version_num='3c4d' WHERE alembic_version.version_num = '1a2b';
`;
const contract = `-- Running upgrade 3c4d -> 5e6f
DROP TRIGGER users_sync ON users;
DROP FUNCTION users_sync();
ALTER TABLE users DROP COLUMN email;
UPDATE alembic_version SET version_num='5e6f' WHERE alembic_version.version_num = '3c4d';
`;

describe.each(stores)('a column renamed across two releases, on %s', (_name, open) => {
	const clock: TestClock = { at: FRIDAY };
	let house: LedgerHouse;
	let ledger: Ledger;
	let ports: ServicePorts;

	beforeAll(async () => {
		house = await open(clock);
		ledger = await house.open();
		ports = { ledger, now: () => clock.at };
		await setPolicy(ports, subject, weekly.name, {}, by);
	});
	afterAll(() => house.close());

	const commit = 'a'.repeat(40);

	/** The world answers one check of the release, by whoever may. */
	async function answer(release: string, check: Check): Promise<void> {
		const machine = reportingMachines.find((name) => check.answeredBy.machines.includes(name));
		const [role] = check.answeredBy.roles;
		const said = { check: check.id, status: 'pass', grounds: 'It was looked at.' };
		if (machine) await recordAnswer(ports, release, { ...said, by: { machine }, commit }, by);
		else if (role) await recordAnswer(ports, release, { ...said, by: personOf('Eve', role) }, by);
		else if (check.answeredBy.machines.includes('monitor')) {
			const { body } = await knownRelease(ports, release);
			const hash = artifactHashes(body.manifest)[check.boundTo];
			const watched = { ...said, by: { machine: 'monitor' }, at: clock.at, artifact: check.boundTo, hash };
			const id = `${release}:${check.id}:${clock.at}`;
			await ledger.records.write(
				[
					{
						kind: 'evidence',
						id,
						spine: subject,
						parent: release,
						body: plain(watched),
						expectedRevision: 0,
					},
				],
				[],
			);
		}
	}

	async function answerPhase(release: string, phase: Check['phase']): Promise<void> {
		const scope = { riskClass: 'critical' as const, kind: 'regular' as const, surfaces: [] };
		for (const check of checksFor(weekly, phase, scope)) await answer(release, check);
	}

	/** Opens a release with a migration; machines look and report, the engineering manager approves. */
	async function prepare(id: string, version: string, sql: string): Promise<void> {
		const artifacts = { sql: sha256(sql), flags: flagsHash([]), commit };
		await openRelease(ports, manifestFor(weekly, { id, subject, version, artifacts }), by);
		await recordReport(
			ports,
			id,
			({ body }, policy) => lintSql(policy, body.manifest, postgresParser, sql),
			by,
		);
		await recordReport(ports, id, ({ body }) => flagsReport(body.manifest, []), by);
		await answerPhase(id, 'before');
		const word = { ...personOf('Mia Manager', 'engineering-manager'), verdict: 'approved' };
		await recordApproval(ports, id, word, by);
		const health = { at: 0, verdict: null, errorBudget: 'healthy', mark: null };
		await ledger.records.write(
			[
				{
					kind: 'verdict',
					id: `${id}:last`,
					spine: subject,
					parent: null,
					body: health,
					expectedRevision: 0,
				},
			],
			[],
		);
	}

	const vendors = () =>
		Object.fromEntries(weekly.pressure.vendors.map((vendor) => [vendor, { value: true, at: clock.at }]));
	const ask = async (id: string) => {
		const facts = {
			vendors: vendors(),
			lastStabilityCheckAt: clock.at,
			errorBudget: { value: 'healthy' as const, at: clock.at },
		};
		const { decision } = await evaluateStored(ports, id, facts, by);
		const open = decision.checks.filter(({ status }) => status === 'fail' || status === 'unknown');
		return { decision: decision.decision, open: open.map(({ id: check, reason }) => `${check}: ${reason}`) };
	};
	const promote = async (id: string, ...to: Stage[]) => {
		for (const stage of to) {
			if (stage !== 'deploying') await answerPhase(id, stage === 'stable' ? 'after' : 'deploy');
			await promoteRelease(ports, id, stage, by);
		}
	};
	const count = (id: string, value: number) =>
		recordReads(
			ports,
			id,
			{ name: 'users.email', value, window: 'P7D', at: clock.at, source: 'Datadog' },
			by,
		);

	test('the contract half is refused until the expand half was stable and nothing reads the old column', async () => {
		await prepare('week-1', 'v1.4.0', expand);
		expect(await ask('week-1')).toEqual({ decision: 'ship', open: [] });
		await promote('week-1', 'deploying');

		clock.at += week;
		await prepare('week-2', 'v1.5.0', contract);
		await count('week-2', 0);
		expect(await ask('week-2')).toEqual({
			decision: 'hold',
			open: [expect.stringMatching(/contract-expanded: .*users.email .*but week-1 is deploying, not stable/)],
		});

		await promote('week-1', 'monitoring', 'stable');
		await count('week-2', 42);
		clock.at += 60_000;
		expect(await ask('week-2')).toMatchObject({
			decision: 'hold',
			open: [expect.stringMatching(/contract-unread: .*Datadog counted 42 reads of users.email in P7D/)],
		});

		await count('week-2', 0);
		expect(await ask('week-2')).toEqual({ decision: 'ship', open: [] });
		await promoteRelease(ports, 'week-2', 'deploying', by);
	});

	test('a rollback of the expand half takes the leave back', async () => {
		await prepare('week-3', 'v1.6.0', contract);
		await count('week-3', 0);
		expect((await ask('week-3')).decision).toBe('ship');
		await promoteRelease(ports, 'week-1', 'rolled-back', by);
		expect(await ask('week-3')).toMatchObject({
			decision: 'hold',
			open: [expect.stringMatching(/week-1 is rolled-back, not stable/)],
		});
	});

	test('the chain tells what was added, taken away and counted', async () => {
		const events = await ledger.events.list({ kinds: ['evidence.recorded'], limit: 1000 });
		const told = events.map(({ data }) => data as { readonly machine?: string; readonly expands?: unknown });
		const lint = told.filter(({ machine }) => machine === 'sql-lint');
		expect(lint.map(({ expands }) => expands)).toContainEqual([
			'function users_sync',
			'trigger users_sync on users',
			'users.email_address',
		]);
		expect(events.map(({ sentence }) => sentence)).toContain(
			'Counted for release week-2: 42 reads of users.email in P7D.',
		);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});
});
