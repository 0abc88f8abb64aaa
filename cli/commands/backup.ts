import { backUpSqliteLedger, openSqliteLedger } from '../../adapters/sqlite';
import { gateError } from '../../core/errors';
import { type AddCommand, exitCodeOf, type Terminal } from '../command';
import { type LedgerOptions, namingLedger, overLedger, signingKeyOf } from '../ledger';

interface Options extends LedgerOptions {
	readonly to: string;
	readonly verify?: true;
	readonly signingKey?: string;
}

/** `backup`: exit code 0 copied (and intact), 1 the copy does not verify, 2 unusable input. */
export const backupCommand: AddCommand = (program, terminal, exit) => {
	namingLedger(program.command('backup'))
		.description(
			'Copy a SQLite ledger as it stands at one moment into a new file, while n8n goes on writing; Postgres has pg_dump',
		)
		.requiredOption('--to <file>', 'the file to write; nothing that is there is written over')
		.option('--verify', 'then check the chain of the copy and hold every record of it against it')
		.option('--signing-key <file>', 'the signing key of the Release Ledger credential, in a file')
		.action(async (options: Options) => exit(await backup(options, terminal)));
};

async function backup(options: Options, terminal: Terminal): Promise<number> {
	return await exitCodeOf(terminal, async () => {
		const { sqlite, postgres, schema, to, verify = false } = options;
		if (postgres !== undefined) throw gateError('backup-postgres', { schema });
		if (sqlite === undefined) throw gateError('ledger-not-named');
		const signingKey = await signingKeyOf(options);
		const report = await backUpSqliteLedger({ file: sqlite, to, current: verify });
		const say = (found: object): void => terminal.out(`${JSON.stringify(found, null, '\t')}\n`);
		if (!verify) {
			say(report);
			return 0;
		}
		// The copy is sealed on the way: what the chain ends with is then what was copied, and no more.
		const open = () =>
			openSqliteLedger({ file: to, clock: Date.now, signingKey, recipients: 'as-stored' as const });
		return await overLedger(terminal, open, async ({ events }) => {
			const verdict = await events.verify();
			say({ ...report, verdict });
			return verdict.status === 'intact' ? 0 : 1;
		});
	});
}
