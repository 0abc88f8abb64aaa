import type { Place, Turn, TurnFacts } from '../../../core/delivery/turns';
import type { Space } from '../../../core/delivery/types';

/** Where the owners of a spine's places take turns. */
export interface TurnLedger {
	/**
	 * Decides whether an owner runs the spine once more, and notes its place: a sign of life, or given back. `space` is the
	 * key space whose sends count.
	 */
	take(spine: string, space: Space, owner: string, facts: Omit<TurnFacts, 'served' | 'mark'>): Promise<Turn>;
}

/** What a store must do for it, within a transaction. */
export interface TurnTransaction {
	/** Reads the places of a spine; no other transaction reads them so until this one ends. */
	lockPlaces(spine: string): Promise<readonly Place[]>;
	/** Inserts or replaces. */
	writePlace(spine: string, place: Place): Promise<void>;
}
