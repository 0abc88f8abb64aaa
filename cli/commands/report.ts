import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';
import { gateError, ReleaseGateError } from '../../core/errors';
import type { Ledger } from '../../app/ledger/api';
import { gatherReport } from '../../app/report/gather';
import { reportHtml } from '../../app/report/html';
import { told, writeText } from '../files';
import type { AddCommand, Terminal } from '../command';

interface Options {
	readonly sqlite?: string;
	readonly postgres?: string;
	readonly schema: string;
	readonly output?: string;
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
		.option('-o, --output <file>', 'where the page goes; standard output if absent')
		.action(async (release: string, options: Options) => exit(await report(release, options, terminal)));
};

async function open({ sqlite, postgres, schema }: Options): Promise<Ledger> {
	if (postgres !== undefined) return await openPostgresLedger({ connection: postgres, schema });
	if (sqlite !== undefined) return await openSqliteLedger({ file: sqlite, clock: Date.now });
	throw gateError('ledger-not-named');
}

async function report(release: string, options: Options, { out, err }: Terminal): Promise<number> {
	let ledger: Ledger | undefined;
	try {
		ledger = await open(options);
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
