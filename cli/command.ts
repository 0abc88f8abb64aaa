import type { Command } from 'commander';
import { ReleaseGateError } from '../core/errors';
import { told } from './files';
import type { Asker } from './setup/ask';

/** Where a command's words go; tests put their own. */
export interface Terminal {
	readonly out: (text: string) => void;
	readonly err: (text: string) => void;
	/** Asks a person; absent where nobody can be asked. */
	readonly asker?: Asker;
}

/** A command of the command line: adds itself to the program and hands its exit code to `exit`. */
export type AddCommand = (program: Command, terminal: Terminal, exit: (code: number) => void) => void;

/** Runs a command's work and gives its exit code; what the catalogue names is told, and the code is 2. */
export async function exitCodeOf({ err }: Terminal, work: () => Promise<number>): Promise<number> {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		err(told(error));
		return 2;
	}
}
