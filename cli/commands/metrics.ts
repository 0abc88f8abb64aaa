import { gatherDesk } from '../../app/desk';
import type { Ledger } from '../../app/ledger/api';
import { metricsText } from '../../core/desk/metrics';
import { ReleaseGateError } from '../../core/errors';
import { told, writeText } from '../files';
import { type LedgerOptions, readLedger } from '../ledger';
import type { AddCommand, Terminal } from '../command';

interface Options extends LedgerOptions {
	readonly output?: string;
}

/** `metrics`: exit code 0 written, 2 unusable input. */
export const metricsCommand: AddCommand = (program, terminal, exit) => {
	program
		.command('metrics')
		.description('Write the figures of the desk once, as text for Prometheus; changes nothing')
		.option('--sqlite <file>', "the ledger's SQLite file")
		.option('--postgres <url>', "the ledger's Postgres, e.g. postgres://user:password@host/database")
		.option('--schema <name>', 'schema in Postgres', 'release_gate')
		.option('-o, --output <file>', "where the text goes, e.g. for node_exporter's textfile collector")
		.action(async (options: Options) => exit(await metrics(options, terminal)));
};

async function metrics(options: Options, { out, err }: Terminal): Promise<number> {
	let ledger: Ledger | undefined;
	try {
		ledger = await readLedger(options);
		const text = metricsText(await gatherDesk({ ledger, now: Date.now, workflows: null }));
		if (options.output === undefined) out(text);
		else await writeText(options.output, text);
		return 0;
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		err(told(error));
		return 2;
	} finally {
		await ledger?.close();
	}
}
