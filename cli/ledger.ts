import { openPostgresLedger, readPostgresLedger } from '../adapters/postgres';
import { openSqliteLedger, readSqliteLedger } from '../adapters/sqlite';
import type { Command } from 'commander';
import type { Ledger } from '../app/ledger/api';
import { gateError } from '../core/errors';
import { exitCodeOf, type Terminal } from './command';
import { readText } from './files';

/** Which ledger a command works with. */
export interface LedgerOptions {
	readonly sqlite?: string;
	readonly postgres?: string;
	readonly schema: string;
}

/** The key in the file that an option names; `undefined` where it names none. @throws `file-unreadable` */
export const signingKeyOf = async ({
	signingKey,
}: {
	readonly signingKey?: string;
}): Promise<string | undefined> => (signingKey === undefined ? undefined : await readText(signingKey));

/** Adds the options that name a ledger. */
export const namingLedger = (command: Command): Command =>
	command
		.option('--sqlite <file>', "the ledger's SQLite file")
		.option('--postgres <url>', "the ledger's Postgres, e.g. postgres://user:password@host/database")
		.option('--schema <name>', 'schema in Postgres', 'release_gate');

/** Opens a ledger, works with it and closes it, whatever comes of it. Gives the exit code: that of the work, 2 for what the catalogue names. */
export async function overLedger(
	terminal: Terminal,
	open: () => Promise<Ledger>,
	work: (ledger: Ledger) => Promise<number>,
): Promise<number> {
	return await exitCodeOf(terminal, async () => {
		const ledger = await open();
		try {
			return await work(ledger);
		} finally {
			await ledger.close();
		}
	});
}

/** Opens the ledger that the options name; recipients are shown as they are stored. `signingKey` checks its signatures. @throws `ledger-not-named` and what opening throws */
export async function openLedger(
	{ sqlite, postgres, schema }: LedgerOptions,
	signingKey?: string,
): Promise<Ledger> {
	const shared = { signingKey, recipients: 'as-stored' } as const;
	if (postgres !== undefined) return await openPostgresLedger({ connection: postgres, schema, ...shared });
	if (sqlite !== undefined) return await openSqliteLedger({ file: sqlite, clock: Date.now, ...shared });
	throw gateError('ledger-not-named');
}

/** Opens the ledger that the options name, to read it and nothing else. @throws `ledger-not-named` and what opening throws */
export async function readLedger({ sqlite, postgres, schema }: LedgerOptions): Promise<Ledger> {
	if (postgres !== undefined) return await readPostgresLedger({ connection: postgres, schema });
	if (sqlite !== undefined) return await readSqliteLedger({ file: sqlite, clock: Date.now });
	throw gateError('ledger-not-named');
}
