import { listed } from '../names';
import { totalFunctions } from './total';
import { each, isObject, open, text, type TreeNode } from '../tree';

/** Words that may stand before a bracket without being a function. */
const words = new Set(['and', 'or', 'not', 'in', 'if', 'when', 'then', 'else', 'elsif', 'is', 'from']);
/** Arithmetic, casts, array elements, parameters, statements of SQL: what may fail, write or run something. */
const risky =
	/[/%*+[\]$\\]|-(?!>)|::|:=|\b(?:cast|select|case|insert|update|delete|execute|perform|call|raise|assert|declare|loop|while|for|foreach|exit|get|open|fetch|begin|exception|array|row|any|all|some|similar)\b/i;

/** Whether an expression of plpgsql only reads and always answers. */
const isPlain = (expression: string): boolean =>
	!risky.test(expression) &&
	[...expression.matchAll(/([\w."]+)\s*\(/g)].every(([, word]) => {
		const called = (word ?? '').toLowerCase();
		return words.has(called) || totalFunctions.has(called);
	});

/**
 * The statements of a plpgsql body, without comments and with its strings emptied; `null` where it is another language, or
 * is written in a way that cannot be taken apart for sure.
 */
function statementsOf(statement: TreeNode): string[] | null {
	const options = each(statement, 'options', 'DefElem');
	const language = options.find(({ defname }) => defname === 'language');
	const source = options.find(({ defname }) => defname === 'as');
	if (text(open(language?.arg)[1].sval).toLowerCase() !== 'plpgsql') return null;
	const [, inner] = open(source?.arg);
	const items = Array.isArray(inner.items) ? inner.items : [];
	const written = text(open(items[0])[1].sval);
	if (written.includes('\\')) return null;
	const clean = written.replace(/'(?:[^']|'')*'|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\//g, (part) => {
		if (part.startsWith("'")) return "''";
		if (!part.startsWith('"')) return ' ';
		// A name of other signs than letters could hide anything: it becomes what no statement takes.
		return /^"\w+"$/.test(part) ? part : '\\';
	});
	const body = /^\s*begin\b([\s\S]*)\bend\s*;?\s*$/i.exec(clean)?.[1];
	return body?.split(';').map((part) => part.trim().replace(/\s+/g, ' ')) ?? null;
}

/**
 * The columns a trigger function fills, if that is all it does: plpgsql of assignments to columns of NEW and of IF, whose
 * expressions always answer, and which returns the row. A column that is filled only where it is NULL is left out. `null`
 * for any other one.
 */
export function filledColumns(statement: TreeNode): readonly string[] | null {
	const parts = statementsOf(statement);
	if (parts === null || parts.pop() !== '' || !/^return new$/i.test(parts.at(-1) ?? '')) return null;
	const filled: string[] = [];
	for (const part of parts) {
		let rest = part;
		let empty = '';
		for (let taken = /^(?:els)?if (.+?) then (.*)$|^else (.*)$/i.exec(rest); taken;) {
			if (!isPlain(taken[1] ?? '')) return null;
			empty = /^new ?\. ?"?(\w+)"? is null$/i.exec(taken[1] ?? '')?.[1] ?? '';
			rest = taken[2] ?? taken[3] ?? '';
			taken = /^(?:els)?if (.+?) then (.*)$|^else (.*)$/i.exec(rest);
		}
		if (/^(?:end if|return new|null)$/i.test(rest)) continue;
		const [, column, value] = /^new ?\. ?"?(\w+)"? ?:?= ?(.+)$/i.exec(rest) ?? [];
		if (column === undefined || value === undefined || !isPlain(value)) return null;
		if (column !== empty) filled.push(column);
	}
	return filled;
}

/** Name of a function as one string; the schema `public` is left out. */
export const functionName = (statement: TreeNode): string =>
	listed(statement, 'funcname')
		.filter((part) => part !== 'public')
		.join('.');

/** Whether a function replaces one that may be there already. */
export const replaces = (statement: TreeNode): boolean => isObject(statement) && statement.replace === true;
