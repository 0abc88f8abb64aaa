import type { ReadingTransaction } from '../../app/ledger/api/reading';
import type { HandOut, ReadingMark, ReadingRef } from '../../core/delivery/reading';
import type { Instant, Space } from '../../core/delivery/types';
import { Columns, document, number, numberOrNull, text, textOrNull, word } from './columns';
import type { Session } from './dialect';
import { type Cells, sql, type Sql } from './statement';

const slotKey = new Columns<ReadingRef>({
	spine: ['spine', text],
	space: ['space', word<Space>()],
	slot: ['slot', text],
});

const markColumns = new Columns<ReadingMark>({
	position: ['position', textOrNull],
	pass: ['pass', number],
	endedAt: ['ended_at', numberOrNull],
	token: ['token', number],
	leaseUntil: ['lease_until', numberOrNull],
});

const handOutColumns = new Columns<Omit<HandOut, 'space'>>({
	recipients: [
		'recipients',
		document(
			(recipients) => JSON.stringify(recipients),
			(stored) => JSON.parse(stored) as readonly string[],
		),
	],
	until: ['until', number],
});

const token = { name: 'token', type: 'bigint' } as const;

const ofSlot = ({ spine, space, slot }: ReadingRef): Sql =>
	sql`spine = ${spine} AND space = ${space} AND slot = ${slot}`;

/** Marks of readers and what they were handed, within the transaction of the session. */
export class SqlReading implements ReadingTransaction {
	constructor(private readonly session: Session) {}

	/** Held by name: there is no row to lock before the first reader. */
	async lockMark(of: ReadingRef): Promise<ReadingMark | null> {
		await this.session.hold(`release-gate:reading:${JSON.stringify(slotKey.cells(of))}`);
		return await this.readMark(of);
	}

	async readMark(of: ReadingRef): Promise<ReadingMark | null> {
		const [cells] = await this.session.all(
			sql`SELECT ${markColumns.of()} FROM reading_marks WHERE ${ofSlot(of)}`,
		);
		return cells === undefined ? null : markColumns.read(cells);
	}

	async writeMark(of: ReadingRef, mark: ReadingMark): Promise<void> {
		const columns = [...slotKey.names, ...markColumns.names];
		await this.session.replace({ table: 'reading_marks', columns, key: slotKey.names }, [
			[...slotKey.cells(of), ...markColumns.cells(mark)],
		]);
	}

	async forgetMarks({ spine, space, slot }: ReadingRef): Promise<void> {
		await this.session.run(
			sql`DELETE FROM reading_marks WHERE spine = ${spine} AND space = ${space} AND slot <> ${slot}`,
		);
	}

	async handOuts(spine: string, slot: string): Promise<readonly HandOut[]> {
		const rows = await this.session.all(
			sql`SELECT space, ${handOutColumns.of()} FROM hand_outs WHERE spine = ${spine} AND slot = ${slot}`,
		);
		return rows.map(([space, ...cells]) => ({
			space: space as Space,
			...handOutColumns.read(cells),
		}));
	}

	async addHandOuts(
		{ spine, slot }: ReadingRef,
		holder: number,
		handOuts: readonly HandOut[],
	): Promise<void> {
		const key = [...slotKey.names, token];
		const rows = handOuts.map(({ space, ...handOut }): Cells => [
			...slotKey.cells({ spine, space, slot }),
			holder,
			...handOutColumns.cells(handOut),
		]);
		await this.session.replace({ table: 'hand_outs', columns: [...key, ...handOutColumns.names], key }, rows);
	}

	async forgetHandOuts(spine: string, before: Instant): Promise<void> {
		await this.session.run(sql`DELETE FROM hand_outs WHERE spine = ${spine} AND until <= ${before}`);
	}

	async eraseReader(recipient: string): Promise<void> {
		// Where recipients are stored as hashes the position is sealed: whose it is cannot be asked.
		await this.session.run(
			sql`UPDATE reading_marks SET position = NULL WHERE position = ${recipient} OR position LIKE 'sealed:%'`,
		);
		await this.session.run(sql`DELETE FROM hand_outs`);
	}
}
