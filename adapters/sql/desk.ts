import type { DeskTransaction, NewestQuery } from '../../app/ledger/desk';
import { minutesBack, mostReasons, type ReasonCount, type SlotSight } from '../../core/desk/slot';
import type { ClaimedBy } from '../../core/stability/failed-run';
import type { EventRow, SlotRow } from '../../app/ledger/store';
import type { DeliveryRef, DeliveryState, FailureClass, Instant } from '../../core/delivery/types';
import type { Session } from './dialect';
import { type Cells, joined, listed, raw, sql, type Sql, when } from './statement';
import { deliveryKey, eventColumns, slotColumns } from './tables';

const minute = 60_000;

/** Most owners of claims that are looked at in a slot. */
const mostOwners = 10;

const stateNames: readonly DeliveryState[] = [
	'due',
	'held',
	'claimed',
	'sending',
	'committed',
	'failed',
	'in-doubt',
	'missed',
];

const numberOrNull = (cell: Cells[number] | undefined): number | null =>
	cell === null || cell === undefined ? null : Number(cell);

const inSlot = ({ spine, space, slot }: SlotRow): Sql =>
	sql`d.spine = ${spine} AND d.space = ${space} AND d.slot = ${slot}`;

/** `%` and `_` stand for themselves. */
const literal = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** Reads of the desk, within the transaction of the session. */
export class DeskReader implements DeskTransaction {
	constructor(private readonly session: Session) {}

	async newestSlots(spine: string, now: Instant, limit: number): Promise<readonly SlotRow[]> {
		const rows = await this.session.all(sql`SELECT ${slotColumns.of('s')}
			FROM slots AS s ${this.session.dialect.by('slots_opening')}
			WHERE s.spine = ${spine} AND s.space = ${'live'} AND s.opens_at <= ${now}
			ORDER BY s.opens_at DESC LIMIT ${limit}`);
		return rows.map((cells) => slotColumns.read(cells));
	}

	/** One row, not one for each state: to group a hundred thousand rows costs as much again as to read them. */
	async sight(slot: SlotRow, now: Instant): Promise<SlotSight> {
		const counts = joined(
			stateNames.map((state) => sql`count(*) FILTER (WHERE d.state = ${state})`),
			', ',
		);
		const [cells = []] = await this.session.all(sql`SELECT ${counts},
			count(*) FILTER (WHERE d.state = 'sending' AND d.lease_until <= ${now}),
			count(*) FILTER (WHERE d.state = 'failed' AND d.retryable = 1), coalesce(sum(d.attempts), 0),
			max(coalesce(d.sent_at, d.committed_at))
			FROM deliveries AS d WHERE ${inSlot(slot)}`);
		const states = Object.fromEntries(stateNames.map((state, at) => [state, Number(cells[at])])) as Record<
			DeliveryState,
			number
		>;
		const [lapsed, retryable, claims, lastSentAt] = cells.slice(stateNames.length);
		const { slot: id, opensAt, closesAt } = slot;
		return {
			slot: id,
			opensAt,
			closesAt,
			states,
			lapsed: Number(lapsed),
			retryable: Number(retryable),
			claims: Number(claims),
			lastSentAt: numberOrNull(lastSentAt),
			reasons: await this.reasons(slot, states),
			perMinute: closesAt > now ? await this.perMinute(slot, now) : [],
		};
	}

	private async reasons(
		slot: SlotRow,
		states: Readonly<Record<DeliveryState, number>>,
	): Promise<readonly ReasonCount[]> {
		const told = ['held', 'failed', 'in-doubt', 'missed', 'due'] as const;
		if (told.every((state) => states[state] === 0)) return [];
		const rows = await this.session.all(sql`SELECT d.state, d.failure_class, d.reason, count(*)
			FROM deliveries AS d WHERE ${inSlot(slot)} AND (d.state IN ('held', 'failed', 'in-doubt', 'missed')
				OR (d.state = 'due' AND d.failure_class IS NOT NULL))
			GROUP BY d.state, d.failure_class, d.reason ORDER BY count(*) DESC LIMIT ${mostReasons}`);
		return rows.map(([state, failureClass, reason, count]) => ({
			state: String(state) as DeliveryState,
			failureClass: failureClass === null ? null : (String(failureClass) as FailureClass),
			reason: reason === null ? null : String(reason),
			count: Number(count),
		}));
	}

	/** Whole minutes back from now; what a clock that is ahead left behind counts for the current one. */
	private async perMinute(slot: SlotRow, now: Instant): Promise<readonly number[]> {
		const sent = raw('coalesce(d.sent_at, d.committed_at)');
		const since = now - minutesBack * minute;
		const rows = await this.session.all(sql`SELECT sent.minute, count(*) FROM (
				SELECT CAST((${sent} - ${since} - 1) / ${raw(String(minute))} AS bigint) AS minute FROM deliveries AS d
				WHERE ${inSlot(slot)} AND d.state = 'committed' AND ${sent} > ${since}
			) AS sent GROUP BY sent.minute`);
		const counts = Array.from({ length: minutesBack }, () => 0);
		for (const [at, count] of rows) {
			const place = Math.min(minutesBack - 1, Math.max(0, Number(at)));
			counts[place] = (counts[place] ?? 0) + Number(count);
		}
		return counts;
	}

	/** The owners first, of the few deliveries that failed: grouping a whole slot costs as much again as reading it. */
	async claimedBy(slot: SlotRow, now: Instant): Promise<readonly ClaimedBy[]> {
		const failed = await this.session.all(sql`SELECT d.owner FROM deliveries AS d
			WHERE ${inSlot(slot)} AND d.state IN ('failed', 'in-doubt') AND d.owner IS NOT NULL
			GROUP BY d.owner ORDER BY max(d.updated_at) DESC, d.owner LIMIT ${mostOwners}`);
		if (failed.length === 0) return [];
		const owners = failed.map(([owner]) => String(owner));
		const underWay = sql`d.state IN ('claimed', 'sending') AND d.lease_until > ${now}`;
		const rows = await this.session.all(sql`SELECT d.owner, count(*),
			count(*) FILTER (WHERE d.state = 'committed'), count(*) FILTER (WHERE ${underWay}),
			count(*) FILTER (WHERE d.state = 'in-doubt' OR (d.state = 'sending' AND d.lease_until <= ${now})),
			max(d.updated_at) AS last
			FROM deliveries AS d WHERE ${inSlot(slot)} AND d.owner IN (${listed(owners)})
			GROUP BY d.owner ORDER BY last DESC, d.owner`);
		return rows.map(([owner, claimed, sent, open, inDoubt, lastAt]) => ({
			owner: String(owner),
			claimed: Number(claimed),
			sent: Number(sent),
			open: Number(open),
			inDoubt: Number(inDoubt),
			lastAt: Number(lastAt),
		}));
	}

	async doubtful(
		spine: string,
		now: Instant,
		limit: number,
		without: readonly string[],
	): Promise<readonly DeliveryRef[]> {
		const { dialect } = this.session;
		const on = raw('d.spine = s.spine AND d.space = s.space AND d.slot = s.slot');
		const rows = await this.session.all(sql`SELECT ${deliveryKey.of('d')}
			FROM slots AS s ${dialect.by('slots_unsettled')} ${dialect.join('inner', 'deliveries', 'd', on, 'many')}
			WHERE s.settled = 0 AND s.spine = ${spine} AND s.space = ${'live'}
				AND NOT ${dialect.oneOf('s.slot', 'text', without)}
				AND (d.state = 'in-doubt' OR (d.state = 'sending' AND d.lease_until <= ${now}))
			ORDER BY s.opens_at, d.recipient LIMIT ${limit}`);
		return rows.map((cells) => deliveryKey.read(cells));
	}

	async newestEvents(query: NewestQuery): Promise<readonly EventRow[]> {
		const { spine, kinds, except, text, limit, within } = query;
		const { dialect } = this.session;
		const where = [
			sql`e.kind <> 'ledger.state'`,
			...(spine === undefined ? [] : [sql`e.spine = ${spine}`]),
			...(kinds === undefined ? [] : [dialect.oneOf('e.kind', 'text', kinds)]),
			...(except === undefined ? [] : [sql`NOT ${dialect.oneOf('e.kind', 'text', except)}`]),
		];
		const like = text === undefined ? '' : literal(text);
		const said = when(
			text !== undefined,
			() =>
				sql` AND (e.subject = ${text ?? ''} OR e.sentence LIKE ${like} ESCAPE '\\' OR e.data LIKE ${like} ESCAPE '\\')`,
		);
		const rows = await this.session.all(sql`SELECT ${eventColumns.of('e')}
			FROM (SELECT * FROM events ORDER BY id DESC LIMIT ${within}) AS e
			WHERE ${joined(where, ' AND ')}${said} ORDER BY e.id DESC LIMIT ${limit}`);
		return rows.map((cells) => eventColumns.read(cells));
	}

	async countKinds(since: Instant, within: number): Promise<Readonly<Record<string, number>>> {
		const rows = await this.session.all(sql`SELECT e.kind, count(*)
			FROM (SELECT kind, at FROM events ORDER BY id DESC LIMIT ${within}) AS e
			WHERE e.at >= ${since} AND e.kind <> 'ledger.state' GROUP BY e.kind ORDER BY e.kind`);
		return Object.fromEntries(rows.map(([kind, count]) => [String(kind), Number(count)]));
	}

	/** The table is keyed by provider and id, and there are few providers: one seek each, from one to the next. */
	async messageRefs(messageId: string): Promise<readonly DeliveryRef[]> {
		const providers: string[] = [];
		for (let after = ''; providers.length < 50;) {
			const [cells] = await this.session.all(
				sql`SELECT min(provider) FROM messages WHERE provider > ${after}`,
			);
			const next = cells?.[0] ?? null;
			if (next === null) break;
			after = String(next);
			providers.push(after);
		}
		if (providers.length === 0) return [];
		const rows = await this.session.all(sql`SELECT ${deliveryKey.of()} FROM messages
			WHERE provider IN (${listed(providers)}) AND message_id = ${messageId} LIMIT 20`);
		return rows.map((cells) => deliveryKey.read(cells));
	}
}
