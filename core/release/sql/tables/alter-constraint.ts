import { callsBelow, isHarmless } from '../functions/calls';
import { finding } from '../finding';
import { each, open, text, type TreeNode } from '../tree';
import { type Rule, thing } from './place';

/** The column a CHECK forbids to be null, if it does nothing else: `CHECK (email IS NOT NULL)`. */
function forbidsNull(constraint: TreeNode): string | null {
	const [kind, body] = open(constraint.raw_expr);
	if (kind !== 'NullTest' || body.nulltesttype !== 'IS_NOT_NULL') return null;
	const [of, column] = open(body.arg);
	return of === 'ColumnRef'
		? (each(column, 'fields', 'String')
				.map(({ sval }) => text(sval))
				.at(-1) ?? null)
		: null;
}

export const addConstraint: Rule = (place, command) => {
	const { table, line, names } = place;
	const [, constraint] = open(command.def);
	const kind = text(constraint.contype).replace('CONSTR_', '').toLowerCase();
	const name = text(constraint.conname);
	const checked = kind === 'check' ? forbidsNull(constraint) : null;
	if (name !== '') {
		names.make('constraint', thing(place, name));
		if (checked !== null) {
			names.make('check', thing(place, `${name} ${checked}`));
			if (constraint.skip_validation !== true) names.make('not null', thing(place, checked));
		}
	}
	if (kind === 'notnull') return [finding('narrowing', line, `It adds a NOT NULL constraint to ${table}.`)];
	// The index was unique already; only PRIMARY KEY asks for more, NOT NULL.
	if (kind === 'unique' && text(constraint.indexname) !== '') return [];
	const found = [
		finding(
			'narrowing',
			line,
			`It adds a ${kind} constraint to ${table}; what the old version writes may be refused.`,
		),
	];
	if (constraint.skip_validation !== true && (kind === 'check' || kind === 'foreign'))
		found.push(
			finding('locking', line, `It validates the ${kind} constraint of ${table} while it holds the lock.`),
		);
	if ((kind === 'unique' || kind === 'primary' || kind === 'exclusion') && text(constraint.indexname) === '')
		found.push(
			finding('locking', line, `It builds the index of a constraint of ${table} while it holds the lock.`),
		);
	const unknown = callsBelow(constraint).filter((call) => !isHarmless(call, names));
	if (unknown.length > 0)
		found.push(
			finding(
				'opaque',
				line,
				`Each row calls ${unknown.map((call) => call.name.join('.')).join(', ')}, whose effect is not known.`,
			),
		);
	return found;
};

export const validate: Rule = (place, command) => {
	const name = text(command.name);
	// Which column the check was for is kept in its name.
	for (const column of place.names.partsMade('check', thing(place, name)))
		place.names.make('not null', thing(place, column));
	return [];
};

export const setNotNull: Rule = (place, command) => {
	const { table, relation, line, names, postgres } = place;
	const name = text(command.name);
	const found = [
		finding('narrowing', line, `It makes column ${name} of ${table} NOT NULL.`, [
			{ name: `${table}.${name}`, how: 'not-null', of: 'column' },
		]),
	];
	const facts = names.columnFacts(relation, name);
	if (facts?.filled === true) {
		names.addColumn(relation, name, { ...facts, bound: true });
		return [];
	}
	// Since PostgreSQL 12 a validated CHECK (column IS NOT NULL) spares the scan (release notes of 12, E.23.3.1.1).
	if (postgres < 12 || !names.made('not null', thing(place, name)))
		found.push(finding('locking', line, `It reads all of ${table} while it holds the lock.`));
	return found;
};

export const dropConstraint: Rule = (place, command) => {
	const name = text(command.name);
	const own = place.names.made('constraint', thing(place, name));
	place.names.unmake('constraint', thing(place, name));
	return own && command.behavior !== 'DROP_CASCADE'
		? []
		: [
				finding(
					'narrowing',
					place.line,
					`It drops constraint ${name} of ${place.table}, on which the old version may rely.`,
				),
			];
};
