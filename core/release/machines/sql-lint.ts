import { sha256 } from '../../delivery/canonical';
import type { Policy } from '../policy/schema';
import { lintMigration, migrationVerdict } from '../sql/lint';
import type { SqlParser } from '../sql/tree';
import type { MachineReport } from './report';

/**
 * Answers of the migration lint, for every check of the policy it may answer about SQL. SQL that does not parse throws
 * `sql-unreadable`: it is an error of the input, and without an answer the gate holds.
 */
export async function sqlReport(policy: Policy, parser: SqlParser, sql: string): Promise<MachineReport> {
	const statements = await parser.parse(sql);
	const { status, grounds } = migrationVerdict(lintMigration(statements));
	return {
		machine: 'sql-lint',
		looked: { artifact: 'sql', hash: sha256(sql) },
		observed: statements.length > 0 ? [{ surface: 'database', what: 'a migration runs' }] : [],
		answers: policy.checks
			.filter((check) => check.boundTo === 'sql' && check.answeredBy.machines.includes('sql-lint'))
			.map(({ id }) => ({ check: id, status, grounds })),
	};
}
