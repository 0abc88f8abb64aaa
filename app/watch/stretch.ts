import { z } from 'zod';
import type { Instant } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';
import { documentOf } from '../ledger/documents';

/** How far a workflow was handed events, as its own static data says; n8n saves it when it starts the execution. */
export interface Emitted {
	position?: number;
}

/** The ledger's mark of a trigger: everything up to `position` was taken; what lies after `from` held events for it. */
const takenSchema = z.object({ from: z.number(), position: z.number(), at: z.number() });

/** Most positions one poll goes forward; the rest is the next poll's. */
const MOST = 5_000;

/** What is asked of {@link takeStretch}. */
export interface StretchRequest<Item> {
	readonly ledger: Ledger;
	/** Names one trigger node of one workflow. */
	readonly trigger: string;
	/** Changed in place when something is handed over. */
	readonly emitted: Emitted;
	/** Whether this is the trigger's first poll in this process. */
	readonly restarted: boolean;
	readonly now: Instant;
	/** The items for the sealed events after one position, up to another. */
	readonly read: (after: number, to: number) => Promise<readonly Item[]>;
}

/**
 * The items of the next stretch of the chain for one trigger of one workflow; none when there is nothing new, or when
 * another process took them. Two marks make it exactly once. The ledger's says what was taken: of two processes one gets
 * it. The static data says what was handed over: when a restart finds it elsewhere than the ledger's mark, and that last
 * stretch held events, it was taken and never started, and is taken again. A process that polls once more has started
 * what it took, and closes the stretch in the ledger: from then on no restart repeats it, whatever n8n's static data
 * says. A trigger that never ran begins at the head: what happened before is history.
 */
export async function takeStretch<Item>(request: StretchRequest<Item>): Promise<readonly Item[]> {
	const { ledger, trigger, emitted, restarted, now, read } = request;
	while ((await ledger.events.seal()) > 0);
	const { foot, head } = await ledger.events.ends();
	const [record] = await ledger.records.get('trigger', [trigger]);
	const taken = record ? documentOf(record, takenSchema) : null;
	const lost =
		restarted && taken !== null && taken.from < taken.position && emitted.position !== taken.position;
	const after = Math.max(foot, taken === null ? head : lost ? taken.from : taken.position);
	const to = Math.min(head, after + MOST);
	const mark = async (from: number, position: number): Promise<boolean> => {
		const body = { from, position, at: now };
		const expectedRevision = record?.revision ?? 0;
		const write = {
			kind: 'trigger',
			id: trigger,
			spine: null,
			parent: null,
			body,
			expectedRevision,
		} as const;
		return (await ledger.records.write([write], [])).status === 'written';
	};
	if (taken !== null && to <= after) {
		if (taken.from < taken.position) await mark(taken.position, taken.position);
		return [];
	}
	const items = await read(after, to);
	if (!(await mark(items.length > 0 ? after : to, to)) || items.length === 0) return [];
	emitted.position = to;
	return items;
}
