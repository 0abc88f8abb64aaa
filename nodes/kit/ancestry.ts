import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { type Links, linksOf } from './links';

/** What was found for one item: on itself, on an earlier linked item of a named node, or nowhere. */
export type Lookup<T> =
	| { readonly status: 'found'; readonly value: T; readonly node: string | null }
	| { readonly status: 'none' }
	| { readonly status: 'ambiguous' };

/** Reads what is wanted from an item's json; `undefined` if it is not there. */
export type Pick<T> = (json: IDataObject) => T | undefined;

export interface FindOptions<T> {
	/** Once found, whether a value further back replaces it. The search goes on only while this is given and says so. */
	readonly improves?: (found: T, earlier: T) => boolean;
	/** Whether a found value needs no further search. Each does, if absent. */
	readonly complete?: (found: T) => boolean;
	/** Asks nodes of this package before all others: they are the ones that write envelopes. */
	readonly ownFirst?: boolean;
}

/** Internal names of our nodes: the ones that put an envelope on items, so the first to be asked. */
const ownNodes = new Set([
	'dueDeliveries',
	'releaseGate',
	'idempotencyCheck',
	'deliveryCommit',
	'releaseFlag',
	'rollbackSnapshot',
]);

interface Candidate {
	readonly name: string;
	readonly own: boolean;
	readonly depth: number;
	readonly near: number;
}

const internalName = (type: string): string => type.slice(type.lastIndexOf('.') + 1);

/**
 * Finds earlier items again, in bulk: the item links are followed through the runs in between, so that loops, merges
 * and error outputs mean what they mean to n8n (`links.ts`). An expression per item would cost 0.6-0.8 ms each in n8n
 * 2.40's default engine, more than all the rest.
 */
export class Ancestry {
	private ranked: readonly Candidate[] | undefined;

	private links: Links | null = null;

	constructor(private readonly ctx: IExecuteFunctions) {}

	/**
	 * One result per item, in order. The item itself is asked first, then nearer nodes before farther ones. `items` are
	 * the input items of the node. Throws `linking-unavailable` where this n8n offers no way to follow the links.
	 */
	find<T>(items: readonly INodeExecutionData[], pick: Pick<T>, options: FindOptions<T> = {}): Lookup<T>[] {
		const complete = options.complete ?? (() => true);
		const found: Lookup<T>[] = items.map((item) => {
			const value = pick(item.json);
			return value === undefined ? { status: 'none' } : { status: 'found', value, node: null };
		});
		const isOpen = (lookup: Lookup<T>): boolean => lookup.status !== 'found' || !complete(lookup.value);
		let open = found.flatMap((lookup, index) => (isOpen(lookup) ? [index] : []));
		if (open.length === 0) return found;
		for (const node of this.candidates(options.ownFirst === true)) {
			for (const index of open) {
				const item = items[index];
				if (item === undefined) continue;
				found[index] = this.better(
					found[index] ?? { status: 'none' },
					this.ask(node, item, index, pick),
					options,
				);
			}
			open = open.filter((index) => isOpen(found[index] ?? { status: 'none' }));
			if (open.length === 0) break;
		}
		return found;
	}

	private better<T>(before: Lookup<T>, now: Lookup<T>, options: FindOptions<T>): Lookup<T> {
		if (now.status === 'none') return before;
		if (before.status === 'found') {
			return now.status === 'found' && options.improves?.(before.value, now.value) === true ? now : before;
		}
		return now;
	}

	private ask<T>(node: string, item: INodeExecutionData, index: number, pick: Pick<T>): Lookup<T> {
		const earlier = this.links?.earlier(node, item, index) ?? { status: 'none' };
		if (earlier.status !== 'found') return earlier;
		const value = earlier.item ? pick(earlier.item.json) : undefined;
		return value === undefined ? { status: 'none' } : { status: 'found', value, node };
	}

	/**
	 * Executed nodes before this one, so ordered that of two on one path the later comes first: it has more nodes
	 * before it.
	 */
	private candidates(ownFirst: boolean): readonly string[] {
		const ranked = (this.ranked ??= this.rank());
		const own = ranked.filter((candidate) => ownFirst && candidate.own);
		const others = ranked.filter((candidate) => !(ownFirst && candidate.own));
		return [...own, ...others].map(({ name }) => name);
	}

	private rank(): readonly Candidate[] {
		const before = this.ctx.getParentNodes(this.ctx.getNode().name);
		const links = before.length === 0 ? null : linksOf(this.ctx);
		if (links === null) return [];
		this.links = links;
		return before
			.filter(({ name }) => links.executed(name))
			.map(({ name, type }, near) => ({
				name,
				own: ownNodes.has(internalName(type)),
				depth: this.ctx.getParentNodes(name).length,
				near,
			}))
			.sort((a, b) => b.depth - a.depth || a.near - b.near);
	}
}
