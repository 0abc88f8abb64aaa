import type { Manifest } from '../../core/release/manifest';
import { sqlReport } from '../../core/release/machines/sql-lint';
import type { MachineReport } from '../../core/release/machines/report';
import type { Policy } from '../../core/release/policy/schema';
import type { SqlParser } from '../ports/sql-parser';

/** Parses a migration and judges it. Rejects with the catalogue error `sql-unreadable`. */
export async function lintSql(
	policy: Policy,
	manifest: Manifest,
	parser: SqlParser,
	sql: string,
): Promise<MachineReport> {
	return sqlReport(policy, manifest, sql, await parser.parse(sql));
}
