import { publicSigner } from '../../adapters/crypto/signing';
import type { Ledger } from '../../app/ledger/api';
import { parseHead } from '../../app/ledger/history/head';
import { ReleaseGateError } from '../../core/errors';
import type { AddCommand, Terminal } from '../command';
import { readJson, readText, told } from '../files';
import { type LedgerOptions, openLedger } from '../ledger';

interface Options extends LedgerOptions {
	readonly against?: string;
	readonly signingKey?: string;
	readonly publicKey?: string;
}

/** `verify`: exit code 0 intact, 1 not, 2 unusable input. */
export const verifyCommand: AddCommand = (program, terminal, exit) => {
	program
		.command('verify')
		.description('Check the chain of events and hold every record of the ledger against it')
		.option('--sqlite <file>', "the ledger's SQLite file")
		.option('--postgres <url>', "the ledger's Postgres, e.g. postgres://user:password@host/database")
		.option('--schema <name>', 'schema in Postgres', 'release_gate')
		.option('--against <file>', 'a head of the chain that was kept elsewhere (JSON)')
		.option('--signing-key <file>', 'the signing key of the Release Ledger credential, in a file')
		.option('--public-key <file>', 'the public half of an Ed25519 signing key (PEM), to check the head by')
		.action(async (options: Options) => exit(await verify(options, terminal)));
};

async function verify(options: Options, { out, err }: Terminal): Promise<number> {
	let ledger: Ledger | undefined;
	try {
		const head = options.against === undefined ? undefined : await readJson(options.against);
		if (head !== undefined && options.publicKey !== undefined)
			parseHead(head, publicSigner(await readText(options.publicKey)));
		const key = options.signingKey === undefined ? undefined : await readText(options.signingKey);
		ledger = await openLedger(options, key);
		const verdict =
			head === undefined ? await ledger.events.verify() : await ledger.events.verifyAgainst(head);
		out(`${JSON.stringify(verdict, null, '\t')}\n`);
		return verdict.status === 'intact' ? 0 : 1;
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		err(told(error));
		return 2;
	} finally {
		await ledger?.close();
	}
}
