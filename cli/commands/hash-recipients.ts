import { hashPostgresRecipients, openPostgresLedger } from '../../adapters/postgres';
import { hashSqliteRecipients, openSqliteLedger } from '../../adapters/sqlite';
import type { Ledger } from '../../app/ledger/api';
import type { TurnReport } from '../../app/ledger/hashes/turn';
import { gateError, ReleaseGateError } from '../../core/errors';
import type { AddCommand, Terminal } from '../command';
import { readText, told } from '../files';
import type { LedgerOptions } from '../ledger';

interface Options extends LedgerOptions {
	readonly encryptionKey: string;
	readonly formerKeys?: string;
	readonly signingKey?: string;
}

interface Turned {
	readonly report: TurnReport;
	/** The ledger as it is then, opened as nodes open it. */
	readonly ledger: Ledger;
}

/** `hash-recipients`: exit code 0 turned and intact, 1 the ledger does not verify, 2 unusable input. */
export const hashRecipientsCommand: AddCommand = (program, terminal, exit) => {
	program
		.command('hash-recipients')
		.description(
			'Turn the names of recipients in a ledger into keyed hashes. Stop every n8n that uses it first, and keep a backup; then choose Store Recipients As: Keyed Hashes in its credentials',
		)
		.option('--sqlite <file>', "the ledger's SQLite file")
		.option('--postgres <url>', "the ledger's Postgres, e.g. postgres://user:password@host/database")
		.option('--schema <name>', 'schema in Postgres', 'release_gate')
		.requiredOption(
			'--encryption-key <file>',
			'the encryption key of the Release Ledger credential, in a file',
		)
		.option('--former-keys <file>', 'its former encryption keys, in a file, one a line')
		.option('--signing-key <file>', 'its signing key, in a file')
		.action(async (options: Options) => exit(await hashRecipients(options, terminal)));
};

const read = async (file: string | undefined): Promise<string | undefined> =>
	file === undefined ? undefined : await readText(file);

async function turn(options: Options): Promise<Turned> {
	const { sqlite, postgres, schema } = options;
	const keys = {
		encryptionKey: await read(options.encryptionKey),
		formerKeys: await read(options.formerKeys),
		signingKey: await read(options.signingKey),
	};
	if (postgres !== undefined) {
		const at = { connection: postgres, schema, ...keys };
		const report = await hashPostgresRecipients(at);
		return { report, ledger: await openPostgresLedger({ ...at, recipients: 'hashes' }) };
	}
	if (sqlite === undefined) throw gateError('ledger-not-named');
	const at = { file: sqlite, clock: Date.now, ...keys };
	const report = await hashSqliteRecipients(at);
	return { report, ledger: await openSqliteLedger({ ...at, recipients: 'hashes' }) };
}

async function hashRecipients(options: Options, { out, err }: Terminal): Promise<number> {
	let ledger: Ledger | undefined;
	try {
		const turned = await turn(options);
		({ ledger } = turned);
		const verdict = await ledger.events.verify();
		out(`${JSON.stringify({ ...turned.report, verdict }, null, '\t')}\n`);
		return verdict.status === 'intact' ? 0 : 1;
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		err(told(error));
		return 2;
	} finally {
		await ledger?.close();
	}
}
