import { callFindings, callsBelow, isHarmless } from '../functions/calls';
import { finding, type SqlFinding } from '../finding';
import { partsOf } from '../names';
import { referTo } from './references';
import type { Context } from '../rule';
import { each, open, relationName, text, type TreeNode } from '../tree';

/** A table of the migration's own: it may be changed as one likes, but for the functions it calls and for what it touches. */
export function alterOwn(
	body: TreeNode,
	command: TreeNode,
	{ line, names, doings }: Context,
): readonly SqlFinding[] {
	const subtype = text(command.subtype);
	const table = relationName(body.relation);
	const [, def] = open(command.def);
	names.unmake('bare', partsOf(body.relation));
	// A table that takes another one in holds its rows: dropping or emptying it would take them along.
	if (subtype === 'AT_AttachPartition' && !names.isOwn(def.name)) {
		names.dropTable(partsOf(body.relation));
		return [
			finding(
				'narrowing',
				line,
				`It makes ${relationName(def.name)} a part of ${table}; what happens to that happens to its rows.`,
			),
		];
	}
	if (subtype === 'AT_ColumnDefault') {
		for (const call of callsBelow(command))
			if (!isHarmless(call, names)) doings.writes.add(call.name.join('.'));
		return [];
	}
	const references = def.pktable === undefined ? each(def, 'constraints', 'Constraint') : [def];
	return [
		...callFindings(command, line, names),
		...references.flatMap((reference) => referTo(reference, line, names, doings)),
	];
}

const optionsOf = (command: TreeNode): unknown => open(command.def)[1].items;

/** ALTER of a view, a type or a foreign table, whose commands are those of a table with another meaning. */
export const otherKinds: Readonly<
	Record<string, (subtype: string, name: string, command: TreeNode) => string | null>
> = {
	OBJECT_TYPE: (_subtype, name) => `It changes the attributes of type ${name}.`,
	OBJECT_VIEW: (subtype, name, command) =>
		['AT_SetRelOptions', 'AT_ResetRelOptions'].includes(subtype) &&
		each({ items: optionsOf(command) }, 'items', 'DefElem').some(
			({ defname }) => defname !== 'security_barrier',
		)
			? `It changes options of view ${name}, which decide who may read what.`
			: null,
	OBJECT_FOREIGN_TABLE: (subtype, name) =>
		subtype === 'AT_AddColumn'
			? `It adds a column to foreign table ${name}, which the other side may not have.`
			: null,
};
