import { hashPostgresRecipients, openPostgresLedger } from '../../adapters/postgres';
import { hashSqliteRecipients, openSqliteLedger } from '../../adapters/sqlite';
import type { Ledger } from '../../app/ledger/api';
import type { ConversionReport } from '../../app/ledger/hashes/convert';
import { gateError } from '../../core/errors';
import { type AddCommand, exitCodeOf, type Terminal } from '../command';
import { readText } from '../files';
import { type LedgerOptions, namingLedger, overLedger, signingKeyOf } from '../ledger';

interface Options extends LedgerOptions {
	readonly encryptionKey: string;
	readonly formerKeys?: string;
	readonly signingKey?: string;
}

/** `hash-recipients`: exit code 0 converted and intact, 1 the ledger does not verify, 2 unusable input. */
export const hashRecipientsCommand: AddCommand = (program, terminal, exit) => {
	namingLedger(program.command('hash-recipients'))
		.description(
			'Convert the names of recipients in a ledger to keyed hashes. Stop every n8n that uses it first, and keep a backup; then choose Store Recipients As: Keyed Hashes in its credentials',
		)
		.requiredOption(
			'--encryption-key <file>',
			'the encryption key of the Release Ledger credential, in a file',
		)
		.option('--former-keys <file>', 'its former encryption keys, in a file, one a line')
		.option('--signing-key <file>', 'its signing key, in a file')
		.action(async (options: Options) => exit(await hashRecipients(options, terminal)));
};

/** Converts the ledger that the options name, and opens it as nodes do from then on. */
async function convert(
	options: Options,
): Promise<{ readonly report: ConversionReport; readonly open: () => Promise<Ledger> }> {
	const { sqlite, postgres, schema, formerKeys } = options;
	const keys = {
		encryptionKey: await readText(options.encryptionKey),
		formerKeys: formerKeys === undefined ? undefined : await readText(formerKeys),
		signingKey: await signingKeyOf(options),
	};
	if (postgres !== undefined) {
		const at = { connection: postgres, schema, ...keys };
		const report = await hashPostgresRecipients(at);
		return { report, open: () => openPostgresLedger({ ...at, recipients: 'hashes' }) };
	}
	if (sqlite === undefined) throw gateError('ledger-not-named');
	const at = { file: sqlite, clock: Date.now, ...keys };
	const report = await hashSqliteRecipients(at);
	return { report, open: () => openSqliteLedger({ ...at, recipients: 'hashes' }) };
}

const hashRecipients = (options: Options, terminal: Terminal): Promise<number> =>
	exitCodeOf(terminal, async () => {
		const { report, open } = await convert(options);
		return await overLedger(terminal, open, async ({ events }) => {
			const verdict = await events.verify();
			terminal.out(`${JSON.stringify({ ...report, verdict }, null, '\t')}\n`);
			return verdict.status === 'intact' ? 0 : 1;
		});
	});
