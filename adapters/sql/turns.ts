import type { TurnTransaction } from '../../app/ledger/api/turns';
import type { Place } from '../../core/delivery/turns';
import { Columns, foreignText, number } from './columns';
import type { Session } from './dialect';
import { sql } from './statement';

const spineName = { name: 'spine', type: 'text' } as const;

const placeColumns = new Columns<Place>({
	place: ['place', number],
	owner: ['owner', foreignText],
	until: ['until', number],
	turns: ['turns', number],
	served: ['served', number],
});

/** Places of spines, within the transaction of the session. */
export class SqlTurns implements TurnTransaction {
	constructor(private readonly session: Session) {}

	/** Held by name: a place has no row before it is taken first. */
	async lockPlaces(spine: string): Promise<readonly Place[]> {
		await this.session.hold(`release-gate:places:${spine}`);
		const rows = await this.session.all(
			sql`SELECT ${placeColumns.of()} FROM run_places WHERE spine = ${spine} ORDER BY place`,
		);
		return rows.map((cells) => placeColumns.read(cells));
	}

	async writePlace(spine: string, place: Place): Promise<void> {
		const key = [spineName, { name: 'place', type: 'bigint' } as const];
		await this.session.replace({ table: 'run_places', columns: [spineName, ...placeColumns.names], key }, [
			[spine, ...placeColumns.cells(place)],
		]);
	}
}
