import { Session } from 'node:inspector/promises';
import type { Profiler } from 'node:inspector';

/** Names a part of the work by a frame of the stack: its function and the file it stands in. */
export type PartOf = (frame: { readonly name: string; readonly url: string }) => string | null;

/** Microseconds between two samples. */
const INTERVAL = 200;

/**
 * Milliseconds of a piece of work by its parts, as V8's sampling profiler sees this process: a sample belongs to the innermost frame that
 * `partOf` names, and to `rest` if it names none. Waiting counts, too.
 */
export async function profiled(
	work: () => Promise<unknown>,
	partOf: PartOf,
	rest: string,
): Promise<ReadonlyMap<string, number>> {
	const session = new Session();
	session.connect();
	try {
		await session.post('Profiler.enable');
		await session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
		await session.post('Profiler.start');
		await work();
		const { profile } = await session.post('Profiler.stop');
		return partsOf(profile, partOf, rest);
	} finally {
		session.disconnect();
	}
}

function partsOf(
	{ nodes, samples = [], timeDeltas = [] }: Profiler.Profile,
	partOf: PartOf,
	rest: string,
): ReadonlyMap<string, number> {
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const parents = new Map(
		nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
	);
	const named = new Map<number, string>();
	const nameOf = (id: number): string => {
		const known = named.get(id);
		if (known !== undefined) return known;
		const frame = byId.get(id)?.callFrame;
		const own = frame && partOf({ name: frame.functionName, url: frame.url });
		const parent = parents.get(id);
		const name = own ?? (parent === undefined ? rest : nameOf(parent));
		named.set(id, name);
		return name;
	};
	const parts = new Map<string, number>();
	samples.forEach((id, at) => {
		const name = nameOf(id);
		parts.set(name, (parts.get(name) ?? 0) + (timeDeltas[at] ?? 0) / 1000);
	});
	return parts;
}
