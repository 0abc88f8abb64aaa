import { ReleaseGateError } from '../../core/errors';
import type { Ledger } from '../../app/ledger/api';
import { gatherReport } from '../../app/report/gather';
import { reportHtml } from '../../app/report/html';
import { readText, told, writeText } from '../files';
import { type LedgerOptions, openLedger } from '../ledger';
import type { AddCommand, Terminal } from '../command';

interface Options extends LedgerOptions {
	readonly output?: string;
	readonly signingKey?: string;
}

/** `report <release>`: exit code 0 written, 2 unusable input. */
export const reportCommand: AddCommand = (program, terminal, exit) => {
	program
		.command('report')
		.description('Write one self-contained HTML page about a release')
		.argument('<release>', 'id of the release')
		.option('--sqlite <file>', "the ledger's SQLite file")
		.option('--postgres <url>', "the ledger's Postgres, e.g. postgres://user:password@host/database")
		.option('--schema <name>', 'schema in Postgres', 'release_gate')
		.option('--signing-key <file>', 'the signing key of the Release Ledger credential, in a file')
		.option('-o, --output <file>', 'where the page goes; standard output if absent')
		.action(async (release: string, options: Options) => exit(await report(release, options, terminal)));
};

async function report(release: string, options: Options, { out, err }: Terminal): Promise<number> {
	let ledger: Ledger | undefined;
	try {
		const key = options.signingKey === undefined ? undefined : await readText(options.signingKey);
		ledger = await openLedger(options, key);
		const ports = { ledger, directory: null, now: Date.now, by: 'command line' };
		const gathered = await gatherReport(ports, release);
		const { plotter } = await import('../../adapters/plots/echarts');
		const html = reportHtml(gathered, plotter);
		if (options.output === undefined) out(html);
		else await writeText(options.output, html);
		return 0;
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		err(told(error));
		return 2;
	} finally {
		await ledger?.close();
	}
}
