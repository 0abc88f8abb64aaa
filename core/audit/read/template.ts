import type { Expression } from 'acorn';
import type { Json } from '../../delivery/types';
import { expressionOf } from './script';

/** A piece of a parameter: text as it is, or what stands between `{{` and `}}`, read; `null` if it cannot be read. */
export type Piece =
	{ readonly text: string } | { readonly source: string; readonly expression: Expression | null };

const known = new Map<string, readonly Piece[]>();
const MOST_KNOWN = 4000;
/** Pieces of one parameter that are read. */
const MOST_PIECES = 2000;

/**
 * The pieces of a parameter that n8n evaluates: a string that begins with `=`. n8n cuts at `{{` and `}}`
 * (`ExpressionParser.splitExpression` of n8n-workflow). One linear pass.
 */
export function piecesOf(value: Json | undefined): readonly Piece[] {
	if (typeof value !== 'string') return [];
	if (!value.startsWith('=')) return value === '' ? [] : [{ text: value }];
	const before = known.get(value);
	if (before) return before;
	const pieces: Piece[] = [];
	let at = 1;
	while (at < value.length) {
		const open = bracket(value, '{{', at);
		if (open === -1) {
			pieces.push({ text: value.slice(at) });
			break;
		}
		if (open > at) pieces.push({ text: value.slice(at, open) });
		const close = bracket(value, '}}', open + 2);
		const source = value.slice(open + 2, close === -1 ? value.length : close).replaceAll('\\}}', '}}');
		pieces.push({ source, expression: close === -1 ? null : expressionOf(source) });
		at = close === -1 ? value.length : close + 2;
		// Nobody writes so many; what is not read counts as not readable.
		if (pieces.length > MOST_PIECES) {
			pieces.push({ source: value.slice(at, at + 60), expression: null });
			break;
		}
	}
	if (known.size >= MOST_KNOWN) known.clear();
	known.set(value, pieces);
	return pieces;
}

/** Where the next bracket stands that no backslash takes for text; -1 if none does. */
function bracket(value: string, what: '{{' | '}}', from: number): number {
	let at = value.indexOf(what, from);
	while (at > 0 && value[at - 1] === '\\') at = value.indexOf(what, at + 2);
	return at;
}

/** The one expression a parameter consists of, e.g. `={{ $json.email }}`; `null` for anything else. */
export function soleExpression(value: Json | undefined): Expression | null {
	const pieces = piecesOf(value).filter((piece) => !('text' in piece) || piece.text.trim() !== '');
	const [only] = pieces;
	return pieces.length === 1 && only && 'expression' in only ? only.expression : null;
}
