import { BASE, beforeSend, besides, code, insert, link, node } from '../edit';
import { foreign, type Change } from './table';

const hidden = (jsCode: string): readonly [string, Change] => [
	'a request nobody gated',
	besides(code('Code', jsCode)),
];
const drops = (jsCode: string, mode?: string): readonly [string, Change] => [
	'an item is dropped with its claim open',
	(workflow) => {
		insert(workflow, 'Claim delivery', 1, { ...code('Code', jsCode, mode), onError: 'continueErrorOutput' });
		link(workflow, 'Code', 1, 'Fail delivery');
	},
];
const doubles = (jsCode: string): readonly [string, Change] => [
	'a second mail',
	beforeSend(code('Code', jsCode)),
];

/** 13: code that hides what it does. */
export const hiddenCode = foreign(13, {
	'an escaped name': hidden("\\u0066etch('https://x.example'); return $input.all();"),
	'helpers by a joined name': hidden(
		"await this['hel' + 'pers'].httpRequest({ url: 'x' }); return $input.all();",
	),
	'helpers taken apart': hidden(
		"const { helpers } = this; await helpers.httpRequest({ url: 'x' }); return $input.all();",
	),
	'helpers by Reflect': hidden(
		"Reflect.get(this, 'helpers').httpRequest({ url: 'x' }); return $input.all();",
	),
	'helpers in an arrow': hidden(
		"const f = () => this?.helpers?.httpRequest?.({ url: 'x' }); await f(); return $input.all();",
	),
	'a constructor of a function': hidden(
		"(() => {}).constructor('return fetch')()('x'); return $input.all();",
	),
	'a constructor by text': hidden("[]['filter']['constructor']('return fetch')()('x'); return $input.all();"),
	'a constructor taken apart': hidden(
		"const { constructor: C } = () => {}; C('return fetch')()('x'); return $input.all();",
	),
	'a constructor of the prototype': hidden(
		"Object.getPrototypeOf(async function () {}).constructor('return fetch')()('x'); return $input.all();",
	),
	'fetch handed to map': hidden('return $input.all().map(fetch);'),
	'fetch of Array.from': hidden(
		"await Promise.all(Array.from(['https://x.example'], fetch)); return $input.all();",
	),
	'fetch as a default': hidden("const f = (g = fetch) => g('x'); await f(); return $input.all();"),
	'fetch in a getter': hidden("const o = { get x() { return fetch('x'); } }; o.x; return $input.all();"),
	'fetch in toString': hidden(
		"const o = { toString() { fetch('x'); return ''; } }; `${o}`; return $input.all();",
	),
	'fetch in a static block': hidden("class A { static { fetch('x'); } } return $input.all();"),
	'require by another name': hidden(
		"const r = require; r('https').get('https://x.example'); return $input.all();",
	),
	'process by global': hidden("global.process.binding('spawn_sync'); return $input.all();"),
	'a module': hidden("import('node:https').then((h) => h.get('https://x.example')); return $input.all();"),
	'a comment of HTML': hidden("<!-- \nfetch('x')\nreturn $input.all();"),
	'a line that a separator ends': hidden("// harmless \u2028 fetch('x')\nreturn $input.all();"),
	'code by expression': hidden('={{ $json.code }}'),
	'Python that asks': [
		'a request nobody gated',
		besides(
			node(
				'Code',
				`${BASE}code`,
				{
					language: 'python',
					pythonCode: "from pyodide.http import open_url\nopen_url('https://x.example')\nreturn _input.all()",
				},
				{},
				2,
			),
		),
	],
	'Python that imports by text': [
		'a request nobody gated',
		besides(
			node(
				'Code',
				`${BASE}code`,
				{ language: 'pythonNative', pythonCode: "m = __import__('url' + 'lib.request')\nreturn _items" },
				{},
				2,
			),
		),
	],
	'Python with the JavaScript left over': [
		'the Python runs',
		besides(
			node(
				'Code',
				`${BASE}code`,
				{
					language: 'python',
					jsCode: 'return $input.all();',
					pythonCode: "import js\njs.fetch('https://x.example')\nreturn _input.all()",
				},
				{},
				2,
			),
		),
	],
	'code written by a model': [
		'any code',
		besides(
			node('Code', `${BASE}aiTransform`, {
				jsCode: "await this.helpers.httpRequest({ url: 'x' }); return $input.all();",
			}),
		),
	],
	'the old Function': [
		'a request nobody gated',
		besides(
			node('Code', `${BASE}function`, {
				functionCode: "await this.helpers.httpRequest({ url: 'x' }); return items;",
			}),
		),
	],
	'the old Function Item': [
		'a request nobody gated',
		besides(
			node('Code', `${BASE}functionItem`, {
				functionCode: "await this.helpers.httpRequest({ url: 'x' }); return item;",
			}),
		),
	],
	'a map that was replaced': drops(
		'Array.prototype.map = function () { return []; }; return $input.all().map((item) => item);',
	),
	'a list made shorter': drops(
		'const items = $input.all(); items.length = 1; return items.map((item) => item);',
	),
	'a list popped': drops('const items = $input.all(); items.pop(); return items.map((item) => item);'),
	'a list spliced': drops('const items = $input.all(); items.splice(0, 1); return items;'),
	'a list sliced behind the map': drops('return $input.all().map((item) => item).slice(0, 1);'),
	'an input of its own': drops('{ const $input = { all: () => [] }; return $input.all(); }'),
	'a parameter called $input': drops('const f = ($input) => $input.all(); return f({ all: () => [] });'),
	'a loop that breaks': drops(
		'const out = []; for (const item of $input.all()) { if (item.json.x) break; out.push({ json: item.json }); } return out;',
	),
	'a loop that pushes for some': drops(
		'const out = []; for (const item of $input.all()) { item.json.fits && out.push({ json: item.json }); } return out;',
	),
	'a loop that empties': drops(
		'const out = []; for (const item of $input.all()) { out.push({ json: item.json }); } out.length = 0; return out;',
	),
	'a loop that is fed less': drops(
		'const items = $input.all(); items.shift(); const out = []; for (const item of items) { out.push({ json: item.json }); } return out;',
	),
	'a loop that shrinks its list': drops(
		'const items = $input.all(); for (const item of items) { if (item.json.x) items.pop(); } return items;',
	),
	'an early way out': drops('if ($input.all().length > 5) return []; return $input.all();'),
	'a map that gives nothing for some': drops(
		'return $input.all().map((item) => { if (item.json.fits) return item; });',
	),
	'a map to lists': drops('return $input.all().flatMap((item) => item.json.fits ? [item] : []);'),
	'an error that is caught': drops(
		'const out = []; for (const item of $input.all()) { try { out.push({ json: JSON.parse(item.json.text) }); } catch {} } return out;',
	),
	'each item: null for some': drops('return $json.fits ? { json: $json } : null;', 'runOnceForEachItem'),
	'each item: undefined for some': drops('return $json.fits && { json: $json };', 'runOnceForEachItem'),
	'the first item for each': drops('return $input.all().map((item) => $input.first());'),
	'the envelope of another in a map': drops(
		"return $input.all().map((item) => ({ json: { ...item.json, ...$('Get due deliveries').first().json } }));",
	),
	'an envelope changed in a loop': drops(
		'for (const item of $input.all()) { item.json.delivery.token = 0; }\nreturn $input.all();',
	),
	'an envelope deleted in a loop': drops(
		'for (const item of $input.all()) { delete item.json.delivery; item.pairedItem = undefined; }\nreturn $input.all();',
	),
	'a link of all to the first': drops(
		"return $input.all().map((item) => ({ json: { text: 'x' }, pairedItem: 0 }));",
	),
	'a list that grows': doubles('const items = $input.all(); items.push(items[0]); return items;'),
	'a loop that pushes twice': doubles(
		'const out = []; for (const item of $input.all()) { out.push({ json: item.json }); out.push({ json: item.json }); } return out;',
	),
	'a loop in a loop': doubles(
		'const out = []; for (const n of [1, 2]) { for (const item of $input.all()) { out.push({ json: item.json }); } } return out;',
	),
	'a push with two': doubles(
		'const out = []; for (const item of $input.all()) { out.push({ json: item.json }, { json: item.json }); } return out;',
	),
	'a push of copies': doubles(
		'const out = []; for (const item of $input.all()) { out.push(...[item, item]); } return out;',
	),
	'a map that pushes': doubles(
		'const items = $input.all(); items.map((item) => items.push(item)); return items;',
	),
	'a concat': doubles('return $input.all().concat($input.all());'),
	'all of another node': doubles("return $('Claim delivery').all();"),
	'one for each of the first list': doubles(
		'return $input.first().json.parts.map((part) => ({ json: part }));',
	),
});
