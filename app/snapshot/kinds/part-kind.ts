import type { Json } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import type { ChangeList } from '../../../core/snapshot/changes';
import type { DiffRow } from '../../../core/snapshot/diff';
import type { CaptureScope, Snapshot } from '../../../core/snapshot/documents';
import { type CaptureCost, noCost } from '../../../core/snapshot/estimate';
import type { Left } from '../../../core/snapshot/left';
import { plain } from '../../../core/delivery/json';
import type { SnapshotPorts } from '../ports';
import type { Reads } from '../../ledger/documents';
import { getPart, putPart } from '../store';
import type { Capturable, Copying, Kind, Restoring, View } from './kind';

/** What a kind says of itself whose captured state is one part of a snapshot, and whose writes stand in the journal. */
export interface PartKind<Held, Request, Entry extends object, Step, Applied, Shown> {
	readonly name: string;
	readonly journalled: string;
	readonly order: number;
	/** The part of a snapshot it is written to; where that is missing, `before` is read: earlier versions wrote it there. */
	readonly part: string;
	readonly before?: string;
	readonly held: Reads<Held>;
	/**
	 * What is there now; `null` where the scope has nothing of it, or where it is not connected.
	 *
	 * @param whole throws instead, where anything of the scope cannot be read
	 */
	read(ports: SnapshotPorts, scope: CaptureScope, whole: boolean): Promise<Held | null>;
	/** What {@link PartKind.read} costs; nothing if absent. */
	readonly cost?: (planned: Capturable) => CaptureCost;
	rows(before: Held, after: Held): readonly DiffRow[];
	counted(base: Held, now: Held | null): unknown;

	requests(changes: ChangeList): readonly Request[];
	/** What a change list touches that the scope does not cover; `null` if nothing. */
	lacks(changes: ChangeList, scope: CaptureScope): string | null;
	readonly entry: Reads<Entry>;
	/** One entry per request, before anything is done. */
	intend(ports: SnapshotPorts, scope: CaptureScope, requests: readonly Request[]): Promise<readonly Entry[]>;
	isDone(entry: Entry): boolean;
	/** Performs one request and gives its entry, done. */
	perform(
		ports: SnapshotPorts,
		entry: Entry,
		request: Request,
		note: (entry: Entry) => Promise<void>,
	): Promise<Entry>;
	applied(entries: readonly Entry[]): Applied;

	/** @param own only what the release wrote, not what stands around it */
	plan(
		run: Restoring,
		entries: readonly Entry[],
		captured: () => Promise<Held | null>,
		own: boolean,
	): Promise<{ readonly steps: readonly Step[]; readonly left: readonly Left[] }>;
	shown(steps: readonly Step[]): Shown;
	calls(steps: readonly Step[], entries: readonly Entry[]): number;
	/** Names a step that counts; `null` for one that only serves others. */
	label(step: Step): string | null;
	/** Gives what it could not put back, and why, beyond what the plan leaves. */
	putBack(ports: SnapshotPorts, steps: readonly Step[]): Promise<readonly Left[] | void>;

	copy(run: Copying, changes: ChangeList): Promise<ChangeList>;
	scope(changes: ChangeList, copies: readonly string[]): Partial<CaptureScope>;
	onlyAdds(changes: ChangeList): boolean;
	discard(ports: SnapshotPorts, copies: readonly string[]): Promise<void>;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Journals of earlier versions hold one entry, or `null`, where there can be only one. */
const listed = (entries: Json | undefined): readonly Json[] =>
	entries === undefined || entries === null ? [] : isList(entries) ? entries : [entries];

/** The kind that a description makes: parts, journal and resumption are the same for all of them. */
export function partKind<
	Held,
	Request,
	Entry extends object,
	Step,
	Applied extends object,
	Shown extends object,
>(
	spec: PartKind<Held, Request, Entry, Step, Applied, Shown>,
): Kind<Applied, Shown> & {
	held(view: View): Promise<Held | null>;
	entries(run: Restoring): readonly Entry[];
} {
	const { name, part } = spec;
	const refIn = ({ parts }: Snapshot) => parts[part] ?? (spec.before && parts[spec.before]) ?? null;
	const entriesOf = (entries: Json | undefined): readonly Entry[] =>
		listed(entries).map((entry) => spec.entry.parse(entry));
	const captured = async (ports: SnapshotPorts, snapshot: Snapshot): Promise<Held | null> => {
		const ref = refIn(snapshot);
		return ref ? await getPart(ports, snapshot.id, part, ref, spec.held) : null;
	};
	const held = async ({ ports, snapshot, now }: View): Promise<Held | null> =>
		now ? await spec.read(ports, snapshot.scope, false) : await captured(ports, snapshot);
	const planned = async (run: Restoring, own: boolean) => {
		const entries = entriesOf(run.journal.entries[spec.journalled]);
		const plan = await spec.plan(run, entries, () => captured(run.ports, run.snapshot), own);
		return { ...plan, entries, open: plan.steps.flatMap((step) => spec.label(step) ?? []) };
	};
	return {
		name,
		journalled: spec.journalled,
		order: spec.order,
		held,
		entries: (run) => entriesOf(run.journal.entries[spec.journalled]),
		copy: (run, changes) => spec.copy(run, changes),
		scope: (changes, copies) => spec.scope(changes, copies),
		onlyAdds: (changes) => spec.onlyAdds(changes),
		discard: (ports, copies) => spec.discard(ports, copies),

		cost: (planned) => spec.cost?.(planned) ?? noCost,
		async capture({ ports, save }, snapshot) {
			if (refIn(snapshot)) return snapshot;
			const found = await spec.read(ports, snapshot.scope, true);
			const ref = found === null ? null : await putPart(ports, found);
			const parts = { ...snapshot.parts, [part]: ref };
			return await save({ ...snapshot, parts, bytes: snapshot.bytes + (ref?.bytes ?? 0) });
		},
		blobs: async (_ports, { parts }) => [parts[part]?.blob ?? []].flat(),
		forget: async () => undefined,

		async *diff(before, after) {
			const [a, b] = [await held(before), await held(after)];
			if (a !== null && b !== null) yield* spec.rows(a, b);
		},
		async state(base, view) {
			const was = await held(base);
			return was === null ? null : spec.counted(was, await held(view));
		},

		async check(_ports, { id, scope }, changes) {
			const what = spec.lacks(changes, scope);
			if (what !== null) throw gateError('changes-not-captured', { what, snapshot: id });
		},
		intend: async (ports, { scope }, changes) =>
			(await spec.intend(ports, scope, spec.requests(changes))).map(plain),
		async apply({ ports, changes, entries: intended, note }) {
			let entries = entriesOf(intended);
			const keep = async (at: number, entry: Entry): Promise<void> => {
				entries = entries.with(at, entry);
				await note(entries.map(plain));
			};
			for (const [at, request] of spec.requests(changes).entries()) {
				const entry = entries[at];
				if (!entry || spec.isDone(entry)) continue;
				await keep(at, await spec.perform(ports, entry, request, (begun) => keep(at, begun)));
			}
			return spec.applied(entries);
		},

		async plan(run) {
			const { steps, left, open, entries } = await planned(run, false);
			return { shown: spec.shown(steps), left, open, calls: spec.calls(steps, entries) };
		},
		async restore(run) {
			const { steps, left, open } = await planned(run, false);
			const more = (await spec.putBack(run.ports, steps)) ?? [];
			return { done: open.length - more.length, left: [...left, ...more] };
		},
		unproven: async (run) => (await planned(run, true)).open,
	};
}
