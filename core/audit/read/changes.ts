import type { AnyNode } from 'acorn';
import { full } from 'acorn-walk';
import type { Json } from '../../delivery/types';
import { isExpression, stringsIn } from '../expressions';
import { nameOf, plain, words } from './script';
import { piecesOf } from './template';

/** Names by which an expression gets at items. */
const ITEMS = words('$ $json $input $data $binary $items $item $node $prevNode $jmespath items item');
/** Methods that leave what they are called on as it is, and call nothing that is handed to them. */
const READS = words(
	'first last all itemMatching toString trim toLowerCase toUpperCase slice includes startsWith endsWith join indexOf at test match isArray stringify',
);
const CASTS = words('$ String Number Boolean');
const WRITES = new Set([
	'AssignmentExpression',
	'UpdateExpression',
	'NewExpression',
	'TaggedTemplateExpression',
]);

/**
 * Whether an expression of a node may change the item it looks at: in n8n's own engine for expressions, which n8n 2 can be
 * set back to, `$json` is the item itself (`WorkflowDataProxy` of n8n-workflow), and `$json.messages.reverse()` turns its
 * list round for whatever reads it next. What cannot be read may.
 */
export const mayChange = (parameters: Json): boolean =>
	stringsIn(parameters).some(
		([text]) =>
			isExpression(text) &&
			piecesOf(text).some(
				(piece) => !('text' in piece) && (piece.expression === null || changes(piece.expression)),
			),
	);

function changes(expression: AnyNode): boolean {
	let [looks, writes] = [false, false];
	try {
		full(expression, (node) => {
			looks ||= node.type === 'Identifier' && ITEMS.has(node.name);
			writes ||=
				WRITES.has(node.type) ||
				(node.type === 'UnaryExpression' && node.operator === 'delete') ||
				(node.type === 'CallExpression' && !onlyReads(plain(node.callee)));
		});
	} catch {
		// More levels than can be read.
		return true;
	}
	return looks && writes;
}

function onlyReads(callee: AnyNode): boolean {
	if (callee.type === 'Identifier') return CASTS.has(callee.name);
	if (callee.type !== 'MemberExpression') return false;
	const of = plain(callee.object);
	if (of.type === 'Identifier' && of.name === 'Math') return true;
	return READS.has(nameOf(callee.property, callee.computed) ?? '');
}
