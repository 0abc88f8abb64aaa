import { callFindings } from './functions/calls';
import type { Context } from './rule';
import { dataFindings, type Backfill } from './data';
import { finding, type SqlFinding } from './finding';
import { Names } from './names';
import { readFindings } from './views';
import { onlyTells, rules, runsLater } from './statements';
import { open, type ParsedStatement } from './tree';

/** What a migration is judged for. */
export interface LintOptions {
	/**
	 * Major version of PostgreSQL it will run on; {@link defaultPostgres} if nobody says. Older versions lock and refuse
	 * more.
	 */
	readonly postgres?: number;
}

/** The oldest version PostgreSQL itself supported when this was written (its versioning policy: 14 until November 2026). */
export const defaultPostgres = 14;

/**
 * Judges a migration, statement by statement and as a whole, for a system in which the old version goes on running:
 * only additive changes are free of findings. What a statement does counts, not what it is called: statements inside it
 * are judged, functions it calls are known to be harmless or not known. A statement of an unknown kind is opaque.
 */
export function lintMigration(
	statements: readonly ParsedStatement[],
	{ postgres = defaultPostgres }: LintOptions = {},
): readonly SqlFinding[] {
	const names = new Names();
	const backfills: Backfill[] = [];
	const shared = {
		names,
		postgres,
		inStep: new Set<string>(),
		fillers: new Map<string, readonly string[]>(),
		doings: {
			writes: new Set<string>(),
			views: new Map<string, string>(),
			refers: new Set<string>(),
			filled: false,
		},
	};
	const found = statements.flatMap(({ tree, line }) => {
		const [kind, body] = open(tree);
		const rule = rules[kind];
		if (!rule) return [finding('opaque', line, `It is a statement of an unknown kind (${kind || 'empty'}).`)];
		const context: Context = { ...shared, line };
		return [
			...(onlyTells(kind, body) ? [] : dataFindings(tree, { line, names, backfills, doings: shared.doings })),
			...(runsLater.has(kind) ? [] : callFindings(body, line, names)),
			...(onlyTells(kind, body) ? [] : readFindings(tree, line, shared.doings.views)),
			...rule(body, context),
		];
	});
	const outOfStep = backfills
		.filter(({ table }) => !shared.inStep.has(table))
		.map(({ table, column, line }) =>
			finding(
				'missing-dual-write',
				line,
				`It fills column ${column} of ${table} once; what the old version writes afterwards is missing there.`,
			),
		);
	return [...found, ...outOfStep].sort((a, b) => a.line - b.line);
}

/** The answer the lint gives to “is every change additive?”. */
export function migrationVerdict(findings: readonly SqlFinding[]): {
	readonly status: 'pass' | 'fail' | 'unknown';
	readonly grounds: string;
} {
	const tell = ({ line, what }: SqlFinding): string => `line ${line}: ${what}`;
	const failing = findings.filter(({ hazard }) => hazard !== 'opaque' && hazard !== 'locking');
	const opaques = findings.filter(({ hazard }) => hazard === 'opaque');
	const first = failing[0] ?? opaques[0];
	if (!first) return { status: 'pass', grounds: 'Every statement is additive.' };
	const count = failing.length > 0 ? failing.length : opaques.length;
	return {
		status: failing.length > 0 ? 'fail' : 'unknown',
		grounds: `${tell(first)}${count > 1 ? ` (and ${count - 1} more)` : ''}`,
	};
}
