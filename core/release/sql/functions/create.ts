import { callsBelow, isHarmless } from './calls';
import { finding } from '../finding';
import { harmlessFunctions } from './known';
import { listed, partsOf, type ColumnFacts } from '../names';
import type { Rule } from '../rule';
import { mayRefuse } from './total';
import { each, relationName } from '../tree';
import { filledColumns, functionName, replaces } from './trigger';

export const createFunction: Rule = (body, { line, names, fillers }) => {
	if (replaces(body)) return [finding('opaque', line, 'It replaces a function the old version may use.')];
	const parts = listed(body, 'funcname');
	const name = parts.at(-1) ?? '';
	names.make('function', [name]);
	const filled = filledColumns(body);
	const key = names.thing('filler', parts);
	if (filled !== null && key !== null) {
		names.make('filler', parts);
		fillers.set(key, filled);
	}
	// A call with fewer arguments fits an older function and this one alike, and PostgreSQL refuses it as not unique.
	const elastic = each(body, 'parameters', 'FunctionParameter').some(
		({ mode, defexpr }) => defexpr !== undefined || mode === 'FUNC_PARAM_VARIADIC',
	);
	if (elastic)
		return [
			finding(
				'opaque',
				line,
				`It makes a function ${name} that may be called with fewer arguments: a call of an older ${name} would no longer be unique.`,
			),
		];
	return harmlessFunctions.has(name)
		? [
				finding(
					'opaque',
					line,
					`It makes a function ${name}, a name of PostgreSQL's own: for other types of arguments it takes that one's place.`,
				),
			]
		: [];
};

/** Whether a column of this migration takes whatever a trigger fills in. */
const isFree = (facts: ColumnFacts | null): boolean => facts !== null && !facts.bound && !facts.narrow;

export const createTrigger: Rule = (body, { line, names, inStep, fillers, doings }) => {
	if (body.replace === true)
		return [finding('opaque', line, 'It replaces a trigger the old version may rely on.')];
	inStep.add(relationName(body.relation));
	const name = functionName(body);
	names.unmake('bare', partsOf(body.relation));
	if (names.isOwn(body.relation)) {
		doings.writes.add(name);
		return [];
	}
	const calls = callsBelow(body.whenClause).filter((call) => !isHarmless(call, names));
	const parts = listed(body, 'funcname');
	const filled = names.made('filler', parts) ? fillers.get(names.thing('filler', parts) ?? '') : undefined;
	// For a DELETE there is no new row: a trigger that returns it lets nothing be deleted (bit 3 of the events, pg_trigger.h).
	const deletes = (Number(body.events) & 8) !== 0;
	return !deletes &&
		calls.length === 0 &&
		!mayRefuse(body.whenClause) &&
		filled !== undefined &&
		filled.every((column) => isFree(names.columnFacts(body.relation, column)))
		? []
		: [
				finding(
					'opaque',
					line,
					`Each write to ${relationName(body.relation)} runs ${name}, whose effect is not known: define it in the same migration, as one that only fills new columns of a type without a length and returns NEW.`,
				),
			];
};
