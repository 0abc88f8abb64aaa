import type { Ledger } from '../../app/ledger/api';
import { gatherReport } from '../../app/report/gather';
import { reportHtml } from '../../app/report/html';
import { writeText } from '../files';
import { type LedgerOptions, namingLedger, openLedger, overLedger, signingKeyOf } from '../ledger';
import type { AddCommand, Terminal } from '../command';

interface Options extends LedgerOptions {
	readonly output?: string;
	readonly signingKey?: string;
}

/** `report <release>`: exit code 0 written, 2 unusable input. */
export const reportCommand: AddCommand = (program, terminal, exit) => {
	namingLedger(program.command('report'))
		.description('Write one self-contained HTML page about a release')
		.argument('<release>', 'id of the release')
		.option('--signing-key <file>', 'the signing key of the Release Ledger credential, in a file')
		.option('-o, --output <file>', 'where the page goes; standard output if absent')
		.action(async (release: string, options: Options) => exit(await report(release, options, terminal)));
};

async function report(release: string, options: Options, terminal: Terminal): Promise<number> {
	const open = async (): Promise<Ledger> => await openLedger(options, await signingKeyOf(options));
	return await overLedger(terminal, open, async (ledger) => {
		const ports = { ledger, directory: null, now: Date.now, by: 'command line' };
		const gathered = await gatherReport(ports, release);
		const { plotter } = await import('../../adapters/plots/echarts');
		const html = reportHtml(gathered, plotter);
		if (options.output === undefined) terminal.out(html);
		else await writeText(options.output, html);
		return 0;
	});
}
