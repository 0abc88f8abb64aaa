import { decideTurn } from '../../../core/delivery/turns';
import type { TurnLedger } from '../api/turns';
import type { LedgerContext } from '../context';

/** See `TurnLedger`. No events: who runs the spine decides nothing about a delivery. */
export function turnLedger({ store }: LedgerContext): TurnLedger {
	return {
		take: (spine, space, owner, facts) =>
			store.transaction(async (tx) => {
				const places = await tx.turns.lockPlaces(spine);
				const { slot } = facts;
				const of = slot === null ? null : { spine, space, slot };
				const counts = of === null ? null : await tx.countStates(of);
				const turn = decideTurn(
					places,
					owner,
					{
						...facts,
						served: counts?.get('committed') ?? 0,
						mark: of === null ? null : await tx.reading.readMark(of),
					},
					await tx.now(),
				);
				const place = turn.status === 'turn' ? turn.place : turn.left;
				if (place !== null) await tx.turns.writePlace(spine, place);
				return turn;
			}),
	};
}
