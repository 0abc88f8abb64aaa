import { sha256 } from '../../delivery/canonical';
import { readMigration } from '../expand-contract/migration';
import { asksForContracts, contractChecks } from '../expand-contract/report';
import type { Manifest } from '../manifest';
import type { Policy } from '../policy/schema';
import { lintMigration, migrationVerdict } from '../sql/lint';
import type { ParsedStatement } from '../sql/tree';
import type { MachineReport } from './report';

/**
 * Answers of the migration lint, for every check of the policy it may answer about SQL, and what the migration adds and
 * takes away. What it takes away is left to the tracking of expansions where the policy asks for that, and is not
 * additive elsewhere. SQL that does not parse throws `sql-unreadable`: it is an error of the input, and without an
 * answer the gate holds.
 */
export function sqlReport(
	policy: Policy,
	manifest: Manifest,
	sql: string,
	statements: readonly ParsedStatement[],
): MachineReport {
	const migration = readMigration(sha256(sql), statements);
	const tracked = asksForContracts(policy, manifest.kind);
	const findings = lintMigration(statements, { postgres: policy.migrations?.postgres }).filter(
		({ contracts }) => !tracked || contracts === undefined,
	);
	const { status, grounds } = migrationVerdict(findings);
	const names = migration.contracts.map(({ name }) => name).join(', ');
	const left =
		tracked && status === 'pass' && names !== ''
			? `Additive but for what ${contractChecks.join(' and ')} judge: ${names}.`
			: grounds;
	return {
		machine: 'sql-lint',
		looked: { artifact: 'sql', hash: migration.hash },
		observed: statements.length > 0 ? [{ surface: 'database', what: 'a migration runs' }] : [],
		migration,
		answers: policy.checks
			.filter((check) => check.boundTo === 'sql' && check.answeredBy.machines.includes('sql-lint'))
			.map(({ id }) => ({ check: id, status, grounds: left })),
	};
}
