import { publicSigner } from '../../adapters/crypto/signing';
import type { Ledger } from '../../app/ledger/api';
import { parseHead } from '../../app/ledger/history/head';
import { type AddCommand, exitCodeOf, type Terminal } from '../command';
import { readJson, readText } from '../files';
import { type LedgerOptions, namingLedger, openLedger, overLedger, signingKeyOf } from '../ledger';

interface Options extends LedgerOptions {
	readonly against?: string;
	readonly signingKey?: string;
	readonly publicKey?: string;
}

/** `verify`: exit code 0 intact, 1 not, 2 unusable input. */
export const verifyCommand: AddCommand = (program, terminal, exit) => {
	namingLedger(program.command('verify'))
		.description('Check the chain of events and hold every record of the ledger against it')
		.option('--against <file>', 'a head of the chain that was kept elsewhere (JSON)')
		.option('--signing-key <file>', 'the signing key of the Release Ledger credential, in a file')
		.option('--public-key <file>', 'the public half of an Ed25519 signing key (PEM), to check the head by')
		.action(async (options: Options) => exit(await verify(options, terminal)));
};

/** The head that the chain is to run through. @throws `ledger-head-malformed` where its signature is not that of the public key */
async function headOf({ against, publicKey }: Options): Promise<unknown> {
	const head = against === undefined ? undefined : await readJson(against);
	if (head !== undefined && publicKey !== undefined) parseHead(head, publicSigner(await readText(publicKey)));
	return head;
}

async function verify(options: Options, terminal: Terminal): Promise<number> {
	return await exitCodeOf(terminal, async () => {
		const head = await headOf(options);
		const open = async (): Promise<Ledger> => await openLedger(options, await signingKeyOf(options));
		return await overLedger(terminal, open, async ({ events }) => {
			const verdict = head === undefined ? await events.verify() : await events.verifyAgainst(head);
			terminal.out(`${JSON.stringify(verdict, null, '\t')}\n`);
			return verdict.status === 'intact' ? 0 : 1;
		});
	});
}
