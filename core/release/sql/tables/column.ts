import { callsBelow, isHarmless } from '../functions/calls';
import { checkPasses, constant } from './constraint';
import { finding, type SqlFinding } from '../finding';
import { stableFunctions } from '../functions/known';
import type { ColumnFacts, Names } from '../names';
import { mayRefuse } from '../functions/total';
import { takes, writtenType, type WrittenType } from './types';
import { each, open, relationName, text, type TreeNode } from '../tree';

const only = (constraints: readonly TreeNode[], ...kinds: readonly string[]): readonly TreeNode[] =>
	constraints.filter(({ contype }) => kinds.includes(text(contype)));

const BINDING = ['CONSTR_NOTNULL', 'CONSTR_PRIMARY', 'CONSTR_CHECK', 'CONSTR_UNIQUE', 'CONSTR_FOREIGN'];

const isNull = (expression: unknown): boolean => constant(expression) === null;

const isSerial = ({ name }: WrittenType): boolean => /^(small|big)?serial\d?$/.test(name);

/** What the type of a new column asks of rows that have `value` in it. */
export function typeFindings(
	where: string,
	type: WrittenType,
	value: ReturnType<typeof constant>,
	line: number,
): readonly SqlFinding[] {
	const { name, array, facts } = type;
	if (facts === null)
		return [
			finding(
				'opaque',
				line,
				`It gives ${where} the type ${name}, which this migration does not define: a domain could refuse the rows of the old version.`,
			),
		];
	const found: SqlFinding[] = [];
	if (!facts.equality)
		found.push(
			finding(
				'narrowing',
				line,
				`It gives ${where} the type ${name}${array ? '[]' : ''}, which SELECT DISTINCT of the old version cannot compare.`,
			),
		);
	if (array || !facts.domain) return found;
	if (!takes(facts, value))
		found.push(
			finding(
				'narrowing',
				line,
				`It gives ${where} the domain ${name}, which rows of the old version may not pass.`,
			),
		);
	if (facts.domain.required || facts.domain.checks.length > 0)
		found.push(
			finding('locking', line, `It checks the domain ${name} for all rows while it holds the lock.`),
		);
	return found;
}

/** What is kept of a column that a migration adds. */
export function factsOf(column: TreeNode, names: Names): ColumnFacts {
	const constraints = each(column, 'constraints', 'Constraint');
	const type = writtenType(column.typeName, names);
	const domain = type.array ? undefined : type.facts?.domain;
	return {
		filled:
			isSerial(type) ||
			(domain !== undefined && domain.value !== null) ||
			only(constraints, 'CONSTR_IDENTITY', 'CONSTR_GENERATED').length > 0 ||
			only(constraints, 'CONSTR_DEFAULT').some(({ raw_expr }) => !isNull(raw_expr)),
		bound:
			isSerial(type) ||
			type.facts === null ||
			domain !== undefined ||
			only(constraints, ...BINDING).length > 0,
		limited: type.limited,
		narrow: type.narrow,
	};
}

/** What a new column of a table that is in use asks of the old version, which knows nothing of it. */
export function addColumn(
	table: string,
	command: TreeNode,
	line: number,
	names: Names,
): readonly SqlFinding[] {
	const [, column] = open(command.def);
	const name = text(column.colname);
	const where = `column ${name} of ${table}`;
	const constraints = each(column, 'constraints', 'Constraint');
	const type = writtenType(column.typeName, names);
	const serial = isSerial(type);
	const identity = only(constraints, 'CONSTR_IDENTITY').length > 0;
	const generated = only(constraints, 'CONSTR_GENERATED');
	const [given] = only(constraints, 'CONSTR_DEFAULT').filter(({ raw_expr }) => !isNull(raw_expr));
	const filled = serial || identity || given !== undefined;
	const found: SqlFinding[] = [];
	const tell = (hazard: SqlFinding['hazard'], what: string): void => {
		found.push(finding(hazard, line, what));
	};

	const computed = generated.length > 0;
	const required = only(constraints, 'CONSTR_NOTNULL', 'CONSTR_PRIMARY').length > 0;
	if (required && computed)
		tell('narrowing', `It computes ${where} as NOT NULL, which may refuse rows of the old version.`);
	else if (required && !filled)
		tell('not-null-without-default', `It adds ${where} as NOT NULL without a default.`);
	const unique = only(constraints, 'CONSTR_UNIQUE', 'CONSTR_PRIMARY');
	if (unique.length > 0) {
		if (given !== undefined || computed || unique.some((one) => one.nulls_not_distinct === true))
			tell('narrowing', `It adds ${where} as unique, which a second row of the old version breaks.`);
		tell('locking', `It builds the index of ${where} while it holds the lock.`);
	}
	// A row of the old version has the default, or NULL where there is none.
	const value = computed || identity ? undefined : given === undefined ? null : constant(given.raw_expr);
	for (const check of only(constraints, 'CONSTR_CHECK'))
		if (value === undefined || serial || !checkPasses(check, name, value))
			tell('narrowing', `It adds ${where} with a check that rows of the old version may not pass.`);
	for (const reference of only(constraints, 'CONSTR_FOREIGN')) {
		if (names.isOwn(reference.pktable) && given === undefined) continue;
		const target = relationName(reference.pktable);
		// With SET NULL the old version deletes as before (fk_del_action of the parse tree: n).
		if (reference.fk_del_action !== 'n' || given !== undefined)
			tell(
				'narrowing',
				`It adds ${where} as a reference to ${target}, whose rows the old version can then no longer delete freely.`,
			);
		tell('locking', `It locks ${target} against writes while it adds ${where}.`);
	}
	if (!serial) found.push(...typeFindings(where, type, value, line));
	if (generated.some(({ raw_expr }) => type.limited || mayRefuse(raw_expr)))
		tell(
			'opaque',
			`It computes ${where} for each row, which may fail for some row of the old version (arithmetic, a cast, a type of limited size).`,
		);
	if (serial || callsBelow(given).some(({ name: [call] }) => call === 'nextval'))
		tell(
			'narrowing',
			`It numbers ${where} from a sequence that the role of the old version may not use: GENERATED BY DEFAULT AS IDENTITY needs no privilege.`,
		);
	const calls = callsBelow([...only(constraints, 'CONSTR_DEFAULT'), ...generated]);
	const foreign = calls.filter((call) => !isHarmless(call, names));
	if (foreign.length > 0)
		tell(
			'opaque',
			`Each new row calls ${[...new Set(foreign.map((call) => call.name.join('.')))].join(', ')}, whose effect is not known.`,
		);
	else if (
		serial ||
		identity ||
		generated.length > 0 ||
		calls.some((call) => !stableFunctions.has(call.name.join('.')))
	)
		tell('locking', `It adds ${where} with a computed value, which rewrites the table.`);
	return found;
}
