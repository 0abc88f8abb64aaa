/** What was seen of one event after a kill. */
export interface Aftermath {
	/** How often the system behind did it. */
	readonly effects: number;
	/** State of its key. */
	readonly state: string;
	/** Whether an answer said that it is in doubt. */
	readonly told: boolean;
	/** Whether the kill point was reached. */
	readonly reached: boolean;
}

/** The promises that an aftermath breaks, one sentence each. */
export const judge = ({ effects, state, told, reached }: Aftermath): readonly string[] => [
	...(effects > 1 ? [`done ${effects} times`] : []),
	...(effects === 0 && state === 'done' ? ['called done, and nobody did it'] : []),
	...(state === 'done' || state === 'in-doubt' ? [] : [`left ${state}`]),
	...(state === 'in-doubt' && !told ? ['in doubt, and nobody was told'] : []),
	...(reached ? [] : ['the point was never reached']),
];
