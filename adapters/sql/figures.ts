import type { Instant } from '../../core/delivery/types';
import type {
	CountFilter,
	FiguresQuery,
	FiguresTransaction,
	PairFilter,
	PairRow,
	SlotCountRow,
} from '../../app/ledger/figures';
import type { Dialect, Session } from './dialect';
import { type Cells, joined, raw, sql, type Sql, when } from './statement';

/** What a statement selects, each figure under the name it is read by. */
class Selection<Row extends Readonly<Record<string, unknown>>> {
	readonly list: Sql;
	private readonly names: readonly string[];

	constructor(fields: { readonly [Name in keyof Row]: Sql }) {
		this.names = Object.keys(fields);
		this.list = joined(Object.values<Sql>(fields), ', ');
	}

	read(cells: Cells): Row {
		return Object.fromEntries(this.names.map((name, at) => [name, cells[at] ?? null])) as Row;
	}
}

const counted = (condition: Sql): Sql => sql`count(*) FILTER (WHERE ${condition})`;

/** Deliveries of one release or one arm, where the query names one. */
const ofArm = ({ release, variant }: FiguresQuery, alias: string): Sql =>
	sql`${when(release !== undefined, () => sql` AND ${raw(alias)}release = ${release ?? ''}`)}${when(
		variant !== undefined,
		() => sql` AND ${raw(alias)}variant = ${variant ?? ''}`,
	)}`;

type FlatCounts = Omit<SlotCountRow, 'failures'> & { readonly [Name in `failed ${keyof Failures}`]: number };
type Failures = SlotCountRow['failures'];

/** Counts of each slot that opens in a stretch. */
export function slotCounts(
	dialect: Dialect,
	filter: CountFilter,
): { statement: Sql; rows: Selection<FlatCounts> } {
	const { spine, space, from, to, now, grants } = filter;
	const open = sql`d.retryable = 1 AND d.attempts < ${grants} AND d.closes_at > ${now}`;
	const sent = raw('coalesce(d.sent_at, d.committed_at)');
	const rows = new Selection<FlatCounts>({
		slot: raw('s.slot'),
		index: raw('max(d.cadence_index)'),
		opensAt: raw('s.opens_at'),
		closesAt: raw('s.closes_at'),
		registered: raw('count(d.recipient)'),
		committed: counted(raw("d.state = 'committed'")),
		onTime: counted(sql`d.state = 'committed' AND ${sent} >= d.opens_at AND ${sent} < d.closes_at`),
		missed: counted(raw("d.state = 'missed'")),
		held: counted(raw("d.state = 'held'")),
		inDoubt: counted(raw("d.state = 'in-doubt'")),
		open: counted(sql`d.state IN ('due', 'claimed', 'sending') OR (d.state = 'failed' AND ${open})`),
		failedForGood: counted(sql`d.state = 'failed' AND NOT (${open})`),
		'failed before-generation': counted(raw("d.failure_class = 'before-generation'")),
		'failed generation': counted(raw("d.failure_class = 'generation'")),
		'failed send': counted(raw("d.failure_class = 'send'")),
		'failed commit': counted(raw("d.failure_class = 'commit'")),
		recovered: counted(raw("d.state = 'committed' AND (d.failure_class IS NOT NULL OR d.attempts > 1)")),
		bounced: counted(raw("d.outcome = 'bounced'")),
		complained: counted(raw("d.outcome = 'complained'")),
	});
	const ofSlot = sql`d.spine = s.spine AND d.space = s.space AND d.slot = s.slot${ofArm(filter, 'd.')}`;
	return {
		rows,
		statement: sql`SELECT ${rows.list}
			FROM slots AS s ${dialect.by('slots_opening')}
			${dialect.join('left', 'deliveries', 'd', ofSlot, 'many')}
			WHERE s.spine = ${spine} AND s.space = ${space} AND s.opens_at >= ${from} AND s.opens_at < ${to}
			GROUP BY s.slot, s.opens_at, s.closes_at
			ORDER BY s.opens_at`,
	};
}

/** Consecutive committed sends of each recipient, counted by the two slots. */
export function pairCounts(
	dialect: Dialect,
	filter: PairFilter,
): { statement: Sql; rows: Selection<PairFields> } {
	const { spine, space, from, to, since, minimumGapMs } = filter;
	const rows = new Selection<PairFields>({
		slot: raw('slot'),
		opensAt: raw('opens_at'),
		index: raw('cadence_index'),
		earlierSlot: raw('earlier_slot'),
		earlierOpensAt: raw('earlier_opens_at'),
		earlierIndex: raw('earlier_index'),
		pairs: raw('count(*)'),
		compressed: counted(sql`sent - earlier_sent < ${minimumGapMs}`),
		stretched: counted(
			raw(
				'sent - earlier_sent > closes_at - earlier_opens_at OR cadence_index - earlier_index - 1 > unserved - earlier_unserved',
			),
		),
		outside: counted(raw('sent < opens_at OR sent >= closes_at')),
	});
	const ofSlot = raw('d.spine = s.spine AND d.space = s.space AND d.slot = s.slot');
	return {
		rows,
		statement: sql`WITH registered AS (
				SELECT d.recipient, d.slot, d.state, d.opens_at, d.closes_at, d.cadence_index, d.release, d.variant,
					coalesce(d.sent_at, d.committed_at) AS sent,
					count(*) FILTER (WHERE d.state <> 'committed') OVER (PARTITION BY d.recipient ORDER BY d.opens_at) AS unserved
				FROM slots AS s ${dialect.by('slots_opening')}
				${dialect.join('inner', 'deliveries', 'd', ofSlot, 'many')}
				WHERE s.spine = ${spine} AND s.space = ${space} AND s.opens_at >= ${since} AND s.opens_at < ${to}
			), sends AS (
				SELECT slot, opens_at, closes_at, cadence_index, release, variant, sent, unserved,
					lag(slot) OVER earlier AS earlier_slot,
					lag(opens_at) OVER earlier AS earlier_opens_at,
					lag(cadence_index) OVER earlier AS earlier_index,
					lag(sent) OVER earlier AS earlier_sent,
					lag(unserved) OVER earlier AS earlier_unserved
				FROM registered WHERE state = 'committed'
				WINDOW earlier AS (PARTITION BY recipient ORDER BY opens_at)
			)
			SELECT ${rows.list} FROM sends
			WHERE earlier_slot IS NOT NULL AND opens_at >= ${from}${ofArm(filter, '')}
			GROUP BY slot, opens_at, cadence_index, earlier_slot, earlier_opens_at, earlier_index
			ORDER BY opens_at, earlier_opens_at`,
	};
}

/** The fields of a pair, as an alias: an interface is no record. */
type PairFields = { readonly [Name in keyof PairRow]: PairRow[Name] };

/** Figures over a stretch of slots, counted in the database. */
export class FigureReader implements FiguresTransaction {
	constructor(private readonly session: Session) {}

	async countSlots(filter: CountFilter): Promise<readonly SlotCountRow[]> {
		const { statement, rows } = slotCounts(this.session.dialect, filter);
		return (await this.session.all(statement)).map((cells) => {
			const {
				'failed before-generation': beforeGeneration,
				'failed generation': generation,
				'failed send': send,
				'failed commit': commit,
				...counts
			} = rows.read(cells);
			return { ...counts, failures: { 'before-generation': beforeGeneration, generation, send, commit } };
		});
	}

	async countPairs(filter: PairFilter): Promise<readonly PairRow[]> {
		const { statement, rows } = pairCounts(this.session.dialect, filter);
		return (await this.session.all(statement)).map((cells) => rows.read(cells));
	}

	async hasClosedSlot(spine: string, now: Instant): Promise<boolean> {
		const found = await this.session.all(sql`SELECT 1 FROM slots
			WHERE spine = ${spine} AND space = ${'live'} AND closes_at <= ${now} LIMIT 1`);
		return found.length > 0;
	}

	async recipientsAhead(spine: string, now: Instant, limit: number): Promise<readonly string[]> {
		const ahead = ['last_sent_at', 'last_opens_at', 'sending_from', 'doubtful_at'].map(
			(column) => sql`${raw(column)} > ${now}`,
		);
		const rows = await this.session.all(sql`SELECT recipient FROM recipients
			WHERE spine = ${spine} AND space = ${'live'} AND (${joined(ahead, ' OR ')}) ORDER BY recipient LIMIT ${limit}`);
		return rows.map(([recipient]) => String(recipient));
	}
}
