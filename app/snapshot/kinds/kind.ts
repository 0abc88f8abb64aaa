import type { Json } from '../../../core/delivery/types';
import type { ChangeList } from '../../../core/snapshot/changes';
import type { DiffRow } from '../../../core/snapshot/diff';
import type {
	CaptureScope,
	Journal,
	RestoreReport,
	Snapshot,
	ValueCounts,
} from '../../../core/snapshot/documents';
import type { CaptureCost } from '../../../core/snapshot/estimate';
import type { Left } from '../../../core/snapshot/left';
import type { RecordWrite } from '../../ledger/records';
import type { ContactSource, SnapshotPorts } from '../ports';

/** What can be compared: what a snapshot holds, or what is there now of it. */
export interface View {
	/** e.g. `snapshot before-r7`, `now`. */
	readonly title: string;
	readonly ports: SnapshotPorts;
	readonly snapshot: Snapshot;
	readonly now: boolean;
}

/** A capture as it is planned. */
export interface Capturable {
	readonly scope: CaptureScope;
	readonly contacts: number;
	/** Whether the contacts are searched for; else their ids are given. */
	readonly searched: boolean;
}

/** A capture under way. */
export interface Capturing {
	readonly ports: SnapshotPorts;
	readonly contacts: ContactSource;
	/** Writes the snapshot down, and records that belong to it. */
	readonly save: (snapshot: Snapshot, further?: readonly RecordWrite[]) => Promise<Snapshot>;
}

/** A release that is being applied. */
export interface Applying {
	readonly ports: SnapshotPorts;
	readonly release: string;
	readonly snapshot: Snapshot;
	readonly changes: ChangeList;
	/** What the kind intended, as it stands in the journal. */
	readonly entries: Json;
	readonly note: (entries: Json) => Promise<void>;
}

/** A release that is being put back. */
export interface Restoring {
	readonly ports: SnapshotPorts;
	readonly release: string;
	/** Names the restore; what it writes down belongs to it. */
	readonly rollback: string;
	readonly snapshot: Snapshot;
	readonly journal: Journal;
}

/** A drill that makes its copies. */
export interface Copying {
	readonly ports: SnapshotPorts;
	readonly release: string;
	readonly spine: string | null;
	/** Test contacts: the only ones a drill touches. */
	readonly contacts: readonly string[];
	/** Told of each copy before it is used, so that a drill that is killed leaves nothing behind unknown. */
	readonly made: (copy: string) => Promise<void>;
}

/** What a restore would do to one kind of thing. */
export interface KindPlan<Shown> {
	/** Its part of the plan's report. */
	readonly shown: Shown;
	readonly left: readonly Left[];
	/** Calls to HubSpot and n8n. */
	readonly calls: number;
	/** Names of what would still change. */
	readonly open: readonly string[];
}

/**
 * One kind of thing a release changes. Capture, comparison, apply, restore, drill and prune walk the table of kinds
 * (`index.ts`) and name none of them: a new kind is one entry.
 *
 * @typeParam Applied its part of the report of an apply
 * @typeParam Shown its part of the plan of a restore
 */
export interface Kind<Applied extends object = object, Shown extends object = object> {
	/** Names it in snapshots, steps, reports and copies. Stored, so it stays. */
	readonly name: string;
	/** Its member of the journal. Stored, so it stays. */
	readonly journalled: string;
	/** Its place when a release is applied, lowest first; a restore goes in the order of the table. */
	readonly order: number;

	/** What capturing it costs. */
	cost(planned: Capturable): CaptureCost;
	capture(run: Capturing, snapshot: Snapshot): Promise<Snapshot>;
	/** Stored bytes that a snapshot refers to. */
	blobs(ports: SnapshotPorts, snapshot: Snapshot): Promise<readonly string[]>;
	/** Removes the records a snapshot has beside its own. */
	forget(ports: SnapshotPorts, snapshot: Snapshot): Promise<void>;

	diff(before: View, after: View): AsyncIterable<DiffRow>;
	/** What of the kind counts when two states are compared: everything `base` holds, as `view` has it. */
	state(base: View, view: View): Promise<unknown>;

	/** @throws `changes-not-captured` when a change list touches what the snapshot does not hold */
	check(ports: SnapshotPorts, snapshot: Snapshot, changes: ChangeList): Promise<void>;
	/** What is written down before anything is done. */
	intend(ports: SnapshotPorts, snapshot: Snapshot, changes: ChangeList): Promise<Json>;
	apply(run: Applying): Promise<Applied>;

	plan(run: Restoring): Promise<KindPlan<Shown>>;
	restore(run: Restoring): Promise<{
		readonly done: number | ValueCounts;
		readonly left: RestoreReport['left'];
	}>;
	/** Names of what does not hold after a restore. */
	unproven(run: Restoring): Promise<readonly string[]>;

	/** Copies what the list changes, for a drill, and gives the list that changes the copies instead. */
	copy(run: Copying, changes: ChangeList): Promise<ChangeList>;
	/** What a snapshot of the copies covers. */
	scope(changes: ChangeList, copies: readonly string[]): Partial<CaptureScope>;
	/** Whether a list only adds to what is there: then the state of before stays as it was. */
	onlyAdds(changes: ChangeList): boolean;
	/** Takes copies away again. */
	discard(ports: SnapshotPorts, copies: readonly string[]): Promise<void>;
}

type Union<Piece> = (Piece extends unknown ? (piece: Piece) => void : never) extends (all: infer All) => void
	? All
	: never;

/** The reports of all kinds as one object. */
export const together = <Piece extends object>(pieces: readonly Piece[]): Union<Piece> =>
	Object.assign({}, ...pieces) as Union<Piece>;
