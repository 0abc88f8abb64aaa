import type { LedgerEvent } from '../../core/delivery/events';
import type { Happening } from '../../core/desk/model';
import type { DeskLedger } from '../ledger/desk';

/** Lines that are shown, and the events that are read for them: many are alike. */
const LINES = 25;
const READ = 150;
const WITHIN = 2_000;

/** Steps of every single delivery: the slots tell their sum. */
const everyday = [
	'deliveries.due',
	'deliveries.claimed',
	'deliveries.confirmed',
	'deliveries.outcome',
	'keys.claimed',
	'trigger.moved',
	'flag.exposed',
];

const field = ({ data }: LedgerEvent, name: string): unknown =>
	typeof data === 'object' && data !== null && !Array.isArray(data)
		? (data as Readonly<Record<string, unknown>>)[name]
		: undefined;

function byOf(event: LedgerEvent): string | null {
	const by = field(event, 'by') ?? field(event, 'owner');
	return typeof by === 'string' && by !== '' ? by : null;
}

const deliveriesIn = (event: LedgerEvent): number | null => {
	const entries = field(event, 'deliveries');
	return event.kind.startsWith('deliveries.') && Array.isArray(entries) ? entries.length : null;
};

/** Events as lines; neighbours that tell the same of deliveries of one slot become one. */
export function linesOf(events: readonly LedgerEvent[], most: number): readonly Happening[] {
	const lines: (Happening & { readonly deliveries: number | null; readonly about: string })[] = [];
	for (const event of events) {
		const deliveries = deliveriesIn(event);
		const about = `${event.kind} ${event.spine ?? ''} ${event.subject ?? ''} ${String(field(event, 'space'))}`;
		const last = lines.at(-1);
		if (deliveries !== null && last?.about === about && last.deliveries !== null) {
			const sum = last.deliveries + deliveries;
			const sentence = event.sentence.replace(/^\d+ deliver(?:y|ies)/, `${sum} deliveries`);
			lines[lines.length - 1] = { ...last, times: last.times + 1, deliveries: sum, sentence };
			continue;
		}
		if (lines.length === most) break;
		const { at, spine, kind, sentence } = event;
		lines.push({ at, spine, kind, sentence, by: byOf(event), times: 1, deliveries, about });
	}
	return lines.map(({ at, spine, kind, sentence, by, times }) => ({ at, spine, kind, sentence, by, times }));
}

/** What happened last, newest first, without the everyday steps of deliveries. */
export async function happeningsOf(desk: DeskLedger): Promise<readonly Happening[]> {
	return linesOf(await desk.newest({ except: everyday, limit: READ, within: WITHIN }), LINES);
}
