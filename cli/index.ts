#!/usr/bin/env node
import { Command } from 'commander';
import { name, version } from '../package.json';
import { auditCommand } from './commands/audit';
import { backupCommand } from './commands/backup';
import { checkCommand } from './commands/check';
import { deskCommand } from './commands/desk';
import { hashRecipientsCommand } from './commands/hash-recipients';
import { metricsCommand } from './commands/metrics';
import { doctorCommand } from './commands/doctor';
import { initCommand } from './commands/init';
import { reportCommand } from './commands/report';
import { upgradeCommand } from './commands/upgrade';
import { verifyCommand } from './commands/verify';
import { watchCommand } from './commands/watch';
import type { AddCommand, Terminal } from './command';
import { askOn } from './setup/ask';

/** One file per command. */
const commands: readonly AddCommand[] = [
	auditCommand,
	backupCommand,
	checkCommand,
	deskCommand,
	doctorCommand,
	hashRecipientsCommand,
	metricsCommand,
	initCommand,
	reportCommand,
	upgradeCommand,
	verifyCommand,
	watchCommand,
];

/**
 * Runs the command line with the arguments after the program's name and gives the exit code: 0 all well,
 * 1 the answer is no, 2 the input cannot be used.
 */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
	let code = 0;
	const program = new Command(name)
		.version(version, '-V, --version', 'print the version of the package')
		.description('The checks of n8n-nodes-release-gate for the command line and CI')
		.exitOverride()
		.configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
	for (const add of commands) add(program, terminal, (next) => (code = next));
	for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
	try {
		await program.parseAsync([...argv], { from: 'user' });
	} catch (error) {
		const { exitCode, code: reason } = error as { exitCode?: number; code?: string };
		if (reason === undefined || !reason.startsWith('commander.')) {
			// Not an answer: CI would read a crash's exit code 1 as "no".
			const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
			terminal.err(`The command failed by a fault of its own. Please report it with this text:\n${told}\n`);
			return 2;
		}
		// Asking for help is well; anything else that commander refuses is unusable input.
		return exitCode === 0 ? 0 : 2;
	}
	return code;
}

if (require.main === module) {
	const out = (text: string): void => void process.stdout.write(text);
	const asker = askOn(process.stdin, out);
	const terminal: Terminal = { out, err: (text) => process.stderr.write(text), asker };
	void runCli(process.argv.slice(2), terminal).then((code) => {
		process.exitCode = code;
		asker.close();
	});
}
