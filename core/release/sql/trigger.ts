import { listed } from './names';
import { each, isObject, open, text, type TreeNode } from './tree';

/** Words with which a function writes elsewhere, runs what it computes, or lets a row vanish. */
const doing =
	/\b(?:insert|update|delete|merge|truncate|drop|alter|create|grant|revoke|copy|execute|perform|call|select|raise|commit|rollback|set_config|setval|lo_\w+|dblink\w*|pg_\w+|notify|lock|do)\b/i;

/** The text of a function's body, without comments and with its strings emptied; `null` where it has none in quotes. */
function bodyOf(statement: TreeNode): string | null {
	const options = each(statement, 'options', 'DefElem');
	const language = options.find(({ defname }) => defname === 'language');
	const source = options.find(({ defname }) => defname === 'as');
	if (text(open(language?.arg)[1].sval).toLowerCase() !== 'plpgsql') return null;
	const [, inner] = open(source?.arg);
	const items = Array.isArray(inner.items) ? inner.items : [];
	const written = text(open(items[0])[1].sval);
	return written
		.replace(/'(?:[^']|'')*'/g, "''")
		.replace(/--[^\n]*/g, ' ')
		.replace(/\/\*[\s\S]*?\*\//g, ' ');
}

/**
 * The columns a trigger function fills, if that is all it does: plpgsql without any statement that writes, runs or raises,
 * and every way out returns the row. A column that is filled only where it is NULL is left out. `null` for any other one.
 */
export function filledColumns(statement: TreeNode): readonly string[] | null {
	const body = bodyOf(statement);
	if (body === null || doing.test(body)) return null;
	const returns = [...body.matchAll(/\breturn\b\s*([^;]*);/gi)].map(([, what]) =>
		(what ?? '').trim().toLowerCase(),
	);
	if (returns.length === 0 || returns.some((what) => what !== 'new')) return null;
	return [...body.matchAll(/\bnew\s*\.\s*"?(\w+)"?\s*(?::=|=(?!\s*new\b.*\bthen\b))/gi)].flatMap((match) => {
		const column = match[1] ?? '';
		const guard = new RegExp(`\\bif\\s+new\\s*\\.\\s*"?${column}"?\\s+is\\s+null\\s+then\\s*$`, 'i');
		return guard.test(body.slice(0, match.index)) ? [] : [column];
	});
}

/** Name of a function as one string; the schema `public` is left out. */
export const functionName = (statement: TreeNode): string =>
	listed(statement, 'funcname')
		.filter((part) => part !== 'public')
		.join('.');

/** Whether a function replaces one that may be there already. */
export const replaces = (statement: TreeNode): boolean => isObject(statement) && statement.replace === true;
