import type { Command } from 'commander';
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
