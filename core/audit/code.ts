import type { JsonObject } from '../delivery/types';
import { literal } from './expressions';

/**
 * Words by which code can reach outside itself: n8n's helpers hang on `this` and `$` objects, network and modules
 * on globals. Any of them, or building code or names at run time, makes the node unknown.
 */
const REACHES_OUT =
	/\b(this|globalThis|global|self|window|process|helpers|fetch|require|import|eval|Function|AsyncFunction|constructor|XMLHttpRequest|WebSocket|EventSource|Reflect|Proxy|__proto__|prototype)\b/;
const PYTHON_REACHES_OUT =
	/\b(import|exec|eval|open|compile|getattr|globals|locals|vars|_items\.constructor)\b|__\w+__/;
const ESCAPED = /\\u|\\x/;

/** Text without comments and without what stands in quotes, so that a word in a sentence is not taken for code. */
function bare(source: string): string {
	return source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, ' ');
}

/**
 * Whether the code of a Code, Function or Function Item node can only work on its items. Not a proof about
 * JavaScript: whatever looks like reaching outside, or like computing a property name from text, says no.
 */
export function staysInside(parameters: JsonObject): boolean {
	const python = literal(parameters.language)?.startsWith('python') === true;
	const text = python ? parameters.pythonCode : (parameters.jsCode ?? parameters.functionCode);
	const source = typeof text === 'string' ? text : '';
	if (python) return !PYTHON_REACHES_OUT.test(source.replace(/#[^\n]*/g, ' '));
	const code = bare(source);
	// `x['con' + 'structor']`: a computed name with text in it hides any of the words above.
	if (/\[[^\]\n]*['"`][^\]\n]*\+|\+[^\]\n]*['"`][^\]\n]*\]/.test(source.replace(/\/\/[^\n]*/g, '')))
		return false;
	if (/\[\s*['"`](constructor|prototype|__proto__|helpers)/.test(source)) return false;
	return !ESCAPED.test(code) && !REACHES_OUT.test(code);
}
