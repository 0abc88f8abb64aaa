/** How one part of a row ended, and what it said. */
export interface Outcome {
	/** `refused`: the package said by a sentence of its own what this n8n or this Node lacks. */
	readonly status: 'passed' | 'failed' | 'refused' | 'not run';
	readonly said: string;
}

export const passed = (said: string): Outcome => ({ status: 'passed', said });
export const failed = (said: string): Outcome => ({ status: 'failed', said });
export const refused = (said: string): Outcome => ({ status: 'refused', said });
export const notRun = (said: string): Outcome => ({ status: 'not run', said });

/** What one n8n on one Node does with the package. */
export interface Row {
	readonly n8n: string;
	readonly node: string;
	/** n8n's default engine for expressions. */
	readonly engine: string;
	/** How many templates the package has. */
	readonly templates: number;
	readonly imported: Outcome;
	/** Node versions that templates use and this n8n lacks: the node with its version, and the templates. */
	readonly lacking: Readonly<Record<string, readonly string[]>>;
	readonly sqlite: Outcome;
	readonly postgres: Outcome;
	readonly form: Outcome;
	readonly trigger: Outcome;
	readonly credentials: Outcome;
	/** What n8n's own report on the changes of version 3 finds in the templates; absent where it was not asked. */
	readonly version3?: Outcome;
	/** Packages the registry lacks in the version this n8n names, and what stood in for them. */
	readonly neighbours: readonly string[];
	/** The day it was played. */
	readonly at: string;
}

/** A row as it was just played, with what is kept of the oldest n8n only. */
export interface PlayedRow extends Row {
	/** Versions of each of n8n's own nodes, by full type. */
	readonly versions: Readonly<Record<string, readonly number[]>>;
}
