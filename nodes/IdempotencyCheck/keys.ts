import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { fieldOf, type ItemJson } from '../../core/delivery/fields';
import { gateError, ReleaseGateError } from '../../core/errors';
import { toGateError } from '../../core/errors/unknown';
import { contentAt, contentDigest, contentOf } from '../../core/once/content';
import { canonicalScope, claimKey } from '../../core/once/key';
import type { KeyRequest } from '../../core/once/record';
import type { ItemOutputs } from '../kit/items';
import { listOf, Parameters, unreadable } from '../kit/parameters';

/** One item with its key and the scope it is told apart in. */
export type KeyedItem = KeyRequest & { readonly index: number; readonly scope: string };

/** What tells an item: the values that make its key, and what they are called. */
interface KeyReader {
	readonly names: readonly string[];
	readonly partsOf: (json: ItemJson, index: number) => readonly unknown[];
}

/** `{{ $json.body.id }}`, which the editor writes when a field is dragged into a parameter. */
const DRAGGED = /^=\s*\{\{\s*\$json((?:\.[A-Za-z_$][\w$]*|\[(?:"[^"\\]+"|'[^'\\]+'|\d+)\])+)\s*\}\}\s*$/;

const STEP = /\.([A-Za-z_$][\w$]*)|\[(?:"([^"\\]+)"|'([^'\\]+)'|(\d+))\]/g;

/** The steps of such an expression; `null` for every other. */
export function draggedPath(expression: string): readonly string[] | null {
	const path = DRAGGED.exec(expression)?.[1];
	if (path === undefined) return null;
	return [...path.matchAll(STEP)].map((step) => step.slice(1).join(''));
}

const valueAt = (json: ItemJson, path: readonly string[]): unknown =>
	path.reduce<unknown>(
		(value, step) =>
			typeof value === 'object' && value !== null && Object.hasOwn(value, step)
				? (value as Record<string, unknown>)[step]
				: undefined,
		json,
	);

/**
 * How the key of an item is read. Text names fields. An expression gives the key itself: one that only points at a
 * field is read without n8n's engine, which takes 0.6-0.8 ms an item; every other is evaluated for each item.
 */
function readerOf(ctx: IExecuteFunctions): KeyReader {
	const raw = ctx.getNode().parameters.key ?? 'id';
	if (typeof raw === 'string' && !raw.startsWith('=')) {
		const names = listOf(raw);
		if (names.length === 0) throw unreadable('Key', 'it is empty');
		return { names, partsOf: (json) => names.map((name) => fieldOf(json, name)) };
	}
	const path = typeof raw === 'string' ? draggedPath(raw) : null;
	if (path !== null) return { names: [path.join('.')], partsOf: (json) => [valueAt(json, path)] };
	return { names: ['Key'], partsOf: (_json, index) => [ctx.getNodeParameter('key', index, '')] };
}

/** What of an expression is the same for all items of a run. */
const SAME_FOR_ALL = /^\$(?:vars|env|workflow|execution|secrets|now|today|runIndex|prevNode)$/;

const variesByItem = (expression: string): boolean =>
	(expression.match(/\$[\w$]*/g) ?? []).some((name) => !SAME_FOR_ALL.test(name));

/** How the scope of an item is read. An expression that looks at items gives each its own; empty: the workflow alone. */
function scopeReader(ctx: IExecuteFunctions): (json: ItemJson, index: number) => string {
	const raw = ctx.getNode().parameters.scope ?? '';
	if (typeof raw === 'string' && raw.startsWith('=') && variesByItem(raw)) {
		const path = draggedPath(raw);
		return (json, index) =>
			canonicalScope(path === null ? ctx.getNodeParameter('scope', index, '') : valueAt(json, path));
	}
	const named = new Parameters(ctx).text('scope') || (ctx.getWorkflow().id ?? '');
	if (named === '') throw unreadable('Scope', 'it is empty, and the workflow was never saved');
	const scope = canonicalScope(named);
	return () => scope;
}

const isAbsent = (value: unknown): boolean =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** How the content of an item is read; `undefined` for nothing to compare. */
function contentReader(parameters: Parameters): (json: ItemJson) => unknown {
	const compared = parameters.text('compare');
	if (compared === 'off') return () => undefined;
	if (compared !== 'fields') return contentOf;
	const fields = parameters.list('contentFields');
	if (fields.length === 0) throw unreadable('Content Fields', 'it is empty');
	return (json) => contentAt(json, fields);
}

/** The items that have a key, each key once; what has none, or one that came before, leaves on the harmless output. */
export function keyedItems(ctx: IExecuteFunctions, out: ItemOutputs, parameters: Parameters): KeyedItem[] {
	const { names, partsOf } = readerOf(ctx);
	const content = contentReader(parameters);
	const scopeOf = scopeReader(ctx);
	const one = (json: ItemJson, index: number): KeyedItem => {
		const parts = partsOf(json, index);
		const missing = parts.findIndex(isAbsent);
		if (missing !== -1) throw gateError('once-key-missing', { item: index, field: names[missing] });
		let key: string;
		let scope: string;
		try {
			scope = scopeOf(json, index);
			key = claimKey(parts);
		} catch (error) {
			throw gateError('once-key-unusable', { item: index, reason: toGateError(error).message }, error);
		}
		try {
			return { key, scope, index, digest: contentDigest(content(json)) };
		} catch (error) {
			throw gateError('once-content-unreadable', { item: index }, error);
		}
	};
	// By scope and then by key: a text made of both for each item takes as long as the digest of its content.
	const scopes = new Map<string, Map<string, number>>();
	const found: KeyedItem[] = [];
	out.items.forEach(({ json }: INodeExecutionData, index) => {
		try {
			const request = one(json, index);
			let first = scopes.get(request.scope);
			if (first === undefined) scopes.set(request.scope, (first = new Map<string, number>()));
			const other = first.get(request.key);
			if (other !== undefined) throw gateError('once-twice-in-batch', { item: index, other });
			first.set(request.key, index);
			found.push(request);
		} catch (error) {
			if (error instanceof ReleaseGateError) out.refuse(index, error);
			else out.misconfigured(index, error);
		}
	});
	return found;
}
